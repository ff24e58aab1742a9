import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './smpp.conformance.ts';

conformance(spec);
