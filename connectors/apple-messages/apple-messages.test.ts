import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './apple-messages.conformance.ts';

conformance(spec);
