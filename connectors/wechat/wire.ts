import { z } from 'zod';

const text = z.string().max(65_536).optional().catch(undefined);
const id = z.string().min(1).max(512);
const degrees = (max: number) => z.coerce.number().min(-max).max(max).optional().catch(undefined);
const notice = z.looseObject({ TemplateId: text, SubscribeStatusString: text });
const notices = z
  .looseObject({ List: z.union([z.array(notice).max(100), notice.transform((one) => [one])]) })
  .optional()
  .catch(undefined);

/** A message or an event; every leaf is a text in XML. Ids have 64 bits, more than a number of JavaScript's. */
export const pushSchema = z.looseObject({
  xml: z.looseObject({
    FromUserName: z.string().min(1).max(128),
    CreateTime: z.string().regex(/^\d{1,12}$/),
    MsgType: z.string().max(64),
    MsgId: id.optional().catch(undefined),
    Content: text,
    bizmsgmenuid: text,
    MediaId: id.optional().catch(undefined),
    Format: text,
    Recognition: text,
    Location_X: degrees(90),
    Location_Y: degrees(180),
    Label: text,
    Title: text,
    Description: text,
    Url: text,
    Event: text,
    EventKey: text,
    MsgID: id.optional().catch(undefined),
    Status: text,
    ScanCodeInfo: z.looseObject({ ScanResult: text }).optional().catch(undefined),
    SubscribeMsgPopupEvent: notices,
    SubscribeMsgChangeEvent: notices,
  }),
});
export type Push = z.infer<typeof pushSchema>['xml'];

/** WeChat answers 200 to everything: `errcode` says how it went, and may be missing from what is no refusal. */
export const answerSchema = z.looseObject({ errcode: z.int().optional() });
export const sentSchema = z.looseObject({
  errcode: z.literal(0),
  msgid: z.coerce.string().max(64).optional().catch(undefined),
});
export const uploadedSchema = z.looseObject({ media_id: id });
export const videoSchema = z.looseObject({ video_url: z.url({ protocol: /^https?$/ }).max(4096) });

/** JSON whose message ids keep all their digits (ECMA-262 2026, JSON.parse source text access). */
export function exactJson(bytes: Uint8Array): unknown {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(json, exactNumber as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

const exactNumber = (key: string, value: unknown, context?: { source?: string }): unknown =>
  key === 'msgid' && typeof value === 'number' ? (context?.source ?? String(value)) : value;
