import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './msteams.conformance.ts';

conformance(spec);
