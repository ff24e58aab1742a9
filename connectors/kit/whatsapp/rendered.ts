import type { FailureCode } from '../../../protocol/failures.ts';

/** The request bodies that a part becomes, without receiver; or why it can't be sent. */
export type Rendered = { ok: true; bodies: Record<string, unknown>[] } | { ok: false; code: FailureCode };
