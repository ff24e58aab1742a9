import { z } from 'zod';
import type { Connector } from '../../connectors/contract/index.ts';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, Record<string, unknown>> };

/**
 * JSON Schema of one half of an account, enough to draw a form: every field with its place (`x-order`); secrets are `writeOnly`, for
 * they are taken and never shown (https://json-schema.org/draft/2020-12/json-schema-validation, section 9.4).
 */
function schemaOf(schema: z.ZodType, secret: boolean): JsonSchema {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const fields = Object.entries(made.properties ?? {});
  return {
    ...made,
    ...(secret ? { writeOnly: true } : {}),
    properties: Object.fromEntries(
      fields.map(([name, field], index) => [
        name,
        { ...field, ...(secret ? { writeOnly: true } : {}), 'x-order': index + 1 },
      ]),
    ),
  };
}

/** A connector as merchants see it: what it can do, what an account of it needs, and where its platform calls. */
export function connectorView(connector: Connector, publicUrl: string) {
  const { manifest } = connector;
  const called =
    connector.hook !== undefined || (connector.pages?.handle !== undefined && connector.server === undefined);
  return {
    name: manifest.name,
    channel: manifest.channel,
    title: manifest.title,
    schemes: manifest.schemes,
    capabilities: manifest.capabilities,
    config_schema: schemaOf(manifest.config, false),
    credentials_schema: schemaOf(manifest.credentials, true),
    hook_url: called ? `${publicUrl}/hooks/${manifest.name}/{account}` : null,
    checks_credentials: connector.probe !== undefined,
    registers_hook: connector.setup !== undefined,
    documents: manifest.documents,
  };
}
