import { badRequest } from '../errors.ts';
import { type JsonObject, objectAt } from '../json.ts';

/** Tags of a request; undefined if it has none. @throws ArmError 400 if a value is no text */
export function readTags(body: JsonObject): JsonObject | undefined {
  const tags = objectAt(body, 'tags');
  for (const [name, value] of Object.entries(tags ?? {})) {
    if (typeof value !== 'string') {
      throw badRequest(
        'InvalidRequestContent',
        `The request content was invalid: the value of tag '${name}' is not a string.`,
      );
    }
  }
  return tags;
}
