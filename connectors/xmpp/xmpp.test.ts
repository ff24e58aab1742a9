import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './xmpp.conformance.ts';

conformance(spec);
