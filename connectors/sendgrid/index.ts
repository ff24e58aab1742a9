import { mailConnector } from '../kit/mail/connector.ts';
import { parse } from './inbound.ts';
import { about } from './manifest.ts';
import { outbound } from './outbound.ts';
import { verify } from './signature.ts';

export const connector = mailConnector(about, outbound, { verify, parse });
