/** A template's parameters: what it declares, what a deployment gives, and what Azure says of both. */
import { randomUUID } from 'node:crypto';
import { type Json, type JsonObject, compact, isObject } from '../json.ts';
import { asText } from './arguments.ts';
import { type Scope, type ScopeFunction, evaluateValue } from './evaluate.ts';
import { TemplateError } from './template-error.ts';

export interface Parameter {
  /** As Azure writes it in a reply: `String`, `SecureString`. */
  readonly type: string;
  readonly secure: boolean;
  readonly value: Json;
}

export type Parameters = ReadonlyMap<string, Parameter>;

const types = new Map(
  ['String', 'SecureString', 'Int', 'Bool', 'Object', 'SecureObject', 'Array'].map((type) => [
    type.toLowerCase(),
    type,
  ]),
);

/** The type in Azure's spelling. @throws TemplateError if there is none, or none of these */
export function typeOf(definition: Json | undefined, what: string): string {
  const type = isObject(definition) ? definition['type'] : undefined;
  const found = typeof type === 'string' ? types.get(type.toLowerCase()) : undefined;
  if (found !== undefined) return found;
  throw new TemplateError(
    `The ${what} has the type '${asText(type ?? null)}', which is none of ${[...types.values()].join(', ')}`,
  );
}

export const isSecure = (type: string): boolean => type.startsWith('Secure');

/** Whether a value is of a type; the language reads numbers and the words true and false out of texts nowhere. */
export function fits(type: string, value: Json): boolean {
  switch (type.replace('Secure', '')) {
    case 'String':
      return typeof value === 'string';
    case 'Int':
      return typeof value === 'number' && Number.isInteger(value);
    case 'Bool':
      return typeof value === 'boolean';
    case 'Array':
      return Array.isArray(value);
    default:
      return isObject(value);
  }
}

const withNumber = (definition: JsonObject, member: string): number | undefined => {
  const found = definition[member];
  return typeof found === 'number' ? found : undefined;
};

function checkBounds(name: string, definition: JsonObject, value: Json): void {
  const allowed = definition['allowedValues'];
  if (Array.isArray(allowed) && !allowed.some((one) => JSON.stringify(one) === JSON.stringify(value))) {
    // Never the value itself: it may be a secret.
    throw new TemplateError(
      `The provided value for the template parameter '${name}' is not valid. The parameter value is not part of the allowed value(s): '${allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',')}'`,
    );
  }
  const size = typeof value === 'number' ? value : typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  const [least, most] = typeof value === 'number' ? ['minValue', 'maxValue'] : ['minLength', 'maxLength'];
  const [from, to] = [withNumber(definition, least ?? ''), withNumber(definition, most ?? '')];
  if ((from === undefined || size >= from) && (to === undefined || size <= to)) return;
  throw new TemplateError(
    `The provided value for the template parameter '${name}' is not valid. Length or value of the parameter must be from '${from ?? ''}' to '${to ?? ''}'`,
  );
}

/** Only where a default value is worked out. */
const defaultFunctions: readonly [string, ScopeFunction][] = [
  ['newguid', () => randomUUID()],
  ['utcnow', () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')],
];

function refuseUnknown(declared: JsonObject, given: JsonObject): void {
  const unknown = Object.keys(given).filter((name) => find(declared, name) === undefined);
  if (unknown.length === 0) return;
  throw new TemplateError(
    `The template parameters '${unknown.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${Object.keys(declared).join(', ')}'. Please see https://aka.ms/arm-pass-parameter-values for usage details`,
  );
}

/** A member by its name without regard to case. */
function find(object: JsonObject, name: string): Json | undefined {
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

/** Parameters by their lower-cased name, worked out when they are asked for. */
class Reader {
  private readonly declared: JsonObject;
  private readonly given: JsonObject;
  private readonly scope: Scope;
  private readonly known = new Map<string, Parameter>();
  private readonly open = new Set<string>();

  constructor(declared: JsonObject, given: JsonObject, scope: Scope) {
    this.declared = declared;
    this.given = given;
    const functions = new Map([...scope.functions, ...defaultFunctions, ['parameters', this.asFunction()] as const]);
    this.scope = { ...scope, functions };
  }

  read(name: string): Parameter {
    const key = name.toLowerCase();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const definition = find(this.declared, name);
    if (!isObject(definition) || this.open.has(key)) {
      throw new TemplateError(`The template parameter '${name}' is not found`);
    }
    this.open.add(key);
    const type = typeOf(definition, `template parameter '${name}'`);
    const value = this.valueOf(name, definition);
    if (!fits(type, value)) {
      throw new TemplateError(
        `The provided value for the template parameter '${name}' is not valid. Expected a value of type '${type}'`,
      );
    }
    checkBounds(name, definition, value);
    const parameter = { type, secure: isSecure(type), value };
    this.known.set(key, parameter);
    return parameter;
  }

  private valueOf(name: string, definition: JsonObject): Json {
    const entry = find(this.given, name);
    if (isObject(entry) && entry['reference'] !== undefined) {
      throw new TemplateError(`The template parameter '${name}' refers to a key vault, which the lab does not model`);
    }
    const value = isObject(entry) ? entry['value'] : undefined;
    if (value !== undefined) return value;
    const preset = definition['defaultValue'];
    if (preset !== undefined) return evaluateValue(preset, this.scope);
    throw new TemplateError(
      `The value for the template parameter '${name}' at line '1' and column '1' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details`,
    );
  }

  private asFunction(): ScopeFunction {
    return ([name]) => this.read(typeof name === 'string' ? name : '').value;
  }
}

/** The parameters of a deployment, in the template's order. @throws TemplateError */
export function readParameters(declared: JsonObject, given: JsonObject, scope: Scope): Parameters {
  refuseUnknown(declared, given);
  const reader = new Reader(declared, given, scope);
  return new Map(Object.keys(declared).map((name) => [name, reader.read(name)]));
}

/** The function `parameters`. */
export function parametersFunction(parameters: Parameters): ScopeFunction {
  const byName = new Map([...parameters].map(([name, parameter]) => [name.toLowerCase(), parameter]));
  return ([name]) => {
    const found = typeof name === 'string' ? byName.get(name.toLowerCase()) : undefined;
    if (found !== undefined) return found.value;
    throw new TemplateError(`The template parameter '${asText(name ?? null)}' is not found`);
  };
}

/** What a GET of the deployment shows: no secret has a value. */
export function shownParameters(parameters: Parameters): JsonObject {
  return Object.fromEntries(
    [...parameters].map(([name, { type, secure, value }]) => [
      name,
      compact({ type, value: secure ? undefined : value }),
    ]),
  );
}

/** As they are kept while the deployment runs, and back. */
export const saveParameters = (parameters: Parameters): JsonObject =>
  Object.fromEntries([...parameters].map(([name, one]) => [name, { ...one }]));

export function loadParameters(saved: JsonObject): Parameters {
  return new Map(Object.entries(saved) as unknown as [string, Parameter][]);
}
