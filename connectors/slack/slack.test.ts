import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './slack.conformance.ts';

conformance(spec);
