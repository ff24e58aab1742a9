export type { Account } from './account.ts';
export type * from './connector.ts';
export { defineConnector } from './connector.ts';
export type * from './host.ts';
export type * from './http.ts';
export type * from './inbound.ts';
export type * from './outbound.ts';
export type * from './setup.ts';
