import { sendRequest } from '../../test/conformance/sending.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { Content } from '../../protocol/content.ts';
import type { OutboundMedia, SendRequest } from '../contract/index.ts';

interface About {
  replyTo?: string | undefined;
  /** What the gateway holds as `med_1`. */
  held?: OutboundMedia;
}

/** A content to the sample address, as the conformance suite sends it, but about no message except the one that is said. */
export function requestOf(
  spec: ConformanceSpec,
  content: Content,
  { replyTo, held }: About = {},
): SendRequest {
  const { replyTo: _, ...request } = sendRequest(spec, content);
  return {
    ...request,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(held ? { media: new Map([['med_1', held]]) } : {}),
  };
}
