import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './google-chat.conformance.ts';

conformance(spec);
