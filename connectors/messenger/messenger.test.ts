import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './messenger.conformance.ts';

conformance(spec);
