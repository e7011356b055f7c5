import { toJsonSchema } from '@valibot/to-json-schema';
import { siteFileSchema } from './schema.ts';

/**
 * The site file's JSON Schema for editors, as text. What the schema checks beyond JSON Schema's means (addresses within
 * prefixes, names that meet) is left to `sitelink plan --offline`.
 */
export function jsonSchemaText(): string {
  const schema = toJsonSchema(siteFileSchema, { errorMode: 'ignore', typeMode: 'input' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
