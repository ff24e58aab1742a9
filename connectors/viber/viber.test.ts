import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './viber.conformance.ts';

conformance(spec);
