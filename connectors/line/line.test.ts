import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './line.conformance.ts';

conformance(spec);
