import { defined } from '../kit/fields.ts';

export type Json = Record<string, unknown>;

/** One call: what stands after `/whatsapp/1/message/`, and its content. */
export interface Message {
  path: string;
  content: Json;
}
type Action = Record<string, Json | Json[] | string | undefined>;

/** Meta's interactive object as Infobip has it: one address for each type of it. */
export function interactive({ type, header, body, footer, action }: Json): Message[] {
  const around = defined({ header: headed(header as Json | undefined), body, footer });
  const of = action as Action;
  switch (type) {
    case 'button':
      return [message('buttons', around, { buttons: (of['buttons'] as Json[]).map(button) })];
    case 'list':
      return [message('list', around, { title: of['button'], sections: of['sections'] })];
    case 'cta_url':
      return linked(around, of['parameters'] as Json);
    case 'product':
      return [message('product', around, catalogued(of, { productRetailerId: of['product_retailer_id'] }))];
    case 'product_list':
      return [
        message(
          'multi-product',
          around,
          catalogued(of, { sections: (of['sections'] as Json[]).map(section) }),
        ),
      ];
    default:
      return [message('flow', around, flow(of['parameters'] as Json))];
  }
}

const message = (path: string, around: Json, action: Json): Message => ({
  path: `interactive/${path}`,
  content: { ...around, action },
});

function headed(header: Json | undefined): Json | undefined {
  if (!header) return undefined;
  const image = header['image'] as Json | undefined;
  return image ? { type: 'IMAGE', mediaUrl: image['link'] } : { type: 'TEXT', text: header['text'] };
}

/** A button with a link has no picture above it, which goes before it then. */
function linked({ header, ...around }: Json, { display_text: displayText, url }: Json): Message[] {
  const { mediaUrl } = (header ?? {}) as Json;
  const button = message('url-button', mediaUrl || !header ? around : { ...around, header }, {
    displayText,
    url,
  });
  return mediaUrl ? [{ path: 'image', content: { mediaUrl } }, button] : [button];
}

const button = ({ reply }: Json): Json => ({ type: 'REPLY', ...(reply as Json) });

const catalogued = (action: Action, what: Json): Json => ({ catalogId: action['catalog_id'], ...what });

const section = ({ title, product_items: items }: Json): Json => ({
  title,
  productRetailerIds: (items as Json[]).map(({ product_retailer_id: id }) => id),
});

const flow = (parameters: Json): Json => ({
  mode: parameters['mode'] === 'draft' ? 'DRAFT' : 'PUBLISHED',
  flowMessageVersion: Number(parameters['flow_message_version']),
  flowToken: parameters['flow_token'],
  flowId: parameters['flow_id'],
  callToActionButton: parameters['flow_cta'],
});
