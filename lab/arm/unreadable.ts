/**
 * Bodies that cannot be read, in the words of who reads them: Azure Resource Manager the members of the top level, each
 * provider what is its own. The lab does not know where in the text a member stands, so it says the first place.
 */
import { ArmError, type ArmErrorDetail, badRequest } from './errors.ts';

const place = (path: string): string => `Path '${path}', line 1, position 1.`;

/** The network provider's. */
function cannotParse(detail: ArmErrorDetail): ArmError {
  return new ArmError(400, 'InvalidRequestFormat', 'Cannot parse the request.', [detail]);
}

export const invalidJson = (why: string, path: string): ArmError =>
  cannotParse({ code: 'InvalidJson', message: `${why} ${place(path)}` });

/** Something is there that cannot become what is wanted; `why` is the reader's own sentence. */
export function unreadable(type: string, path: string, why: string): ArmError {
  const message = `${why} ${place(path)}`;
  if (!path.startsWith('properties')) return invalidContent(message);
  if (type.startsWith('Microsoft.Compute/')) return badRequest('BadRequest', message);
  return invalidJson(why, path);
}

/** Azure Resource Manager's, of what every resource has. */
function invalidContent(message: string): ArmError {
  return badRequest(
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${message}'.`,
  );
}

export const unknownMember = (name: string): ArmError =>
  invalidContent(`Could not find member '${name}' on object of type 'ResourceDefinition'. ${place(name)}`);

export function missing(path: string): ArmError {
  const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  return invalidJson(`Required property '${name}' not found in JSON.`, parent);
}

/** `{}` where `{id}` is wanted. */
export const missingReference = (path: string): ArmError =>
  cannotParse({ code: 'MissingJsonReferenceId', message: `Value for reference id is missing. Path ${path}.` });

/** The id of something else; `type` as the network provider calls it, `virtualNetworks/subnets`. */
export const malformedReference = (id: string, type: string, path: string): ArmError =>
  cannotParse({
    code: 'InvalidJsonReferenceFormat',
    message: `Reference Id ${id} is not formatted correctly. The Id is expected to reference resources of type ${type}. Path ${path}.`,
  });

/** The compute provider's. */
export const missingParameter = (name: string): ArmError =>
  badRequest('InvalidParameter', `Required parameter '${name}' is missing (null).`).about(name);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'StartArray';
  if (typeof value === 'object') return 'StartObject';
  return typeof value === 'number' ? 'Integer' : 'Boolean';
}

export type Wanted = 'string' | 'boolean' | 'integer' | 'object' | 'list';

/** The JSON reader's sentence on a value that is no `wanted`. */
export function notA(wanted: Wanted, value: unknown): string {
  if (wanted === 'object' || wanted === 'list') {
    const type = wanted === 'list' ? 'System.Collections.Generic.List' : 'Newtonsoft.Json.Linq.JObject';
    return `Error converting value ${typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : kindOf(value)} to type '${type}'.`;
  }
  if (typeof value === 'string') return `Could not convert string to ${wanted}: ${value.slice(0, 100)}.`;
  return `Error reading ${wanted}. Unexpected token: ${kindOf(value)}.`;
}

/** Where the network provider keeps the names of the values that a member may have. */
const contract = 'Microsoft.WindowsAzure.Networking.Nrp.Frontend.Contract.Csm.Public';

/** The value as Azure writes it, whatever the case it was given in. @throws ArmError 400 if it is none of these */
export function valueOf<Value extends string>(
  given: string,
  allowed: readonly Value[],
  kind: string,
  path: string,
): Value {
  const found = allowed.find((item) => item.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found;
  throw invalidJson(
    `Error converting value ${JSON.stringify(given.slice(0, 100))} to type '${contract}.${kind}'.`,
    path,
  );
}
