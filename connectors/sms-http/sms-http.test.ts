import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './sms-http.conformance.ts';

conformance(spec);
