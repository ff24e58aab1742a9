import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './zalo.conformance.ts';

conformance(spec);
