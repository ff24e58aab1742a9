import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './telegram.conformance.ts';

conformance(spec);
