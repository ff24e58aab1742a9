import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './rcs.conformance.ts';

conformance(spec);
