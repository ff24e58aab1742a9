import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './instagram.conformance.ts';

conformance(spec);
