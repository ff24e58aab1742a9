import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './wechat.conformance.ts';

conformance(spec);
