import { mailConnector } from '../kit/mail/connector.ts';
import { parse, verify } from './inbound.ts';
import { about } from './manifest.ts';
import { outbound } from './outbound.ts';

export const connector = mailConnector(about, outbound, { verify, parse });
