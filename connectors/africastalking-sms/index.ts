import { smsConnector } from '../kit/sms/index.ts';
import { table } from './manifest.ts';

export const connector = smsConnector(table);
