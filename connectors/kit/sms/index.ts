export { documentsAt } from '../documents.ts';
export { secretField, secrets, smsConfig } from './config.ts';
export { smsConnector } from './connector.ts';
export type { SmsTable } from './connector.ts';
export { codesMeaning, dialectSchema } from './dialect.ts';
export { hookToken } from './hook-token.ts';
export { verifyBy, verifySchema } from './verify.ts';
