import { pino } from 'pino';
import type { Log } from '../connectors/contract/index.ts';

/** Fields that must never be printed, whoever passes them by mistake. */
const forbidden = [
  'text',
  'content',
  'body',
  'address',
  'to',
  'from',
  'token',
  'secret',
  'password',
  'key',
  'authorization',
  'credentials',
  'phone',
  'email',
  'name',
];

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Logs are an event name and fields, as JSON lines on standard error. */
export function createLog(level: LogLevel): Log & { child(fields: Record<string, unknown>): Log } {
  const logger = pino(
    {
      level,
      base: undefined,
      messageKey: 'event',
      redact: { paths: forbidden.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
      serializers: {
        error: (error: unknown) =>
          error instanceof Error
            ? { type: error.name, code: (error as { code?: unknown }).code, stack: framesOf(error) }
            : typeof error,
      },
    },
    pino.destination({ dest: 2, sync: false }),
  );
  const wrap = (target: typeof logger): Log => ({
    info: (event, fields = {}) => target.info(fields, event),
    warn: (event, fields = {}) => target.warn(fields, event),
    error: (event, fields = {}) => target.error(fields, event),
  });
  return { ...wrap(logger), child: (fields) => wrap(logger.child(fields)) };
}

/** Where it happened, without the message, which may quote what a consumer wrote. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim());
