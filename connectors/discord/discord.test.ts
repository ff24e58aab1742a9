import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './discord.conformance.ts';

conformance(spec);
