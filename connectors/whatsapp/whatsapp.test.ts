import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './whatsapp.conformance.ts';

conformance(spec);
