/** The functions of the template language that take a function: `map(list, lambda('x', …))`, with `lambdaVariables('x')`. */
import { type Json, isObject } from '../json.ts';
import { asText } from './arguments.ts';
import type { Expression } from './expression.ts';
import { TemplateError } from './template-error.ts';

/** Works an expression out, with what the lambdas around it call their arguments. */
export type WorkOut = (expression: Expression, variables: Readonly<Record<string, Json>>) => Json;

type Lambda = (...values: readonly Json[]) => Json;

function lambdaOf(name: string, expression: Expression | undefined, workOut: WorkOut): Lambda {
  if (expression?.kind !== 'call' || expression.name.toLowerCase() !== 'lambda') {
    throw new TemplateError(`The template function '${name}' expects a lambda`);
  }
  const names = expression.args.slice(0, -1).map((arg) => (arg.kind === 'literal' ? String(arg.value) : ''));
  const body = expression.args.at(-1);
  if (body === undefined) throw new TemplateError("The template function 'lambda' has no body");
  return (...values) =>
    workOut(body, Object.fromEntries(names.map((one, index) => [one.toLowerCase(), values[index] ?? null])));
}

function listOf(name: string, value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`The template function '${name}' expects an array`);
}

function truth(name: string, value: Json): boolean {
  if (typeof value === 'boolean') return value;
  throw new TemplateError(`The lambda of the template function '${name}' gives no boolean`);
}

function reduced(list: readonly Json[], lambda: Lambda, first: Json): Json {
  return list.reduce<Json>((sum, item, index) => lambda(sum, item, index), first);
}

const functions: Readonly<Record<string, (value: Json, lambda: Lambda, other: Lambda | null, first: Json) => Json>> = {
  map: (value, lambda) => listOf('map', value).map((item, index) => lambda(item, index)),
  filter: (value, lambda) => listOf('filter', value).filter((item, index) => truth('filter', lambda(item, index))),
  sort: (value, lambda) => listOf('sort', value).toSorted((one, other) => (truth('sort', lambda(one, other)) ? -1 : 1)),
  reduce: (value, lambda, _other, first) => reduced(listOf('reduce', value), lambda, first),
  toobject: (value, lambda, other) =>
    Object.fromEntries(listOf('toObject', value).map((item) => [asText(lambda(item)), other?.(item) ?? item])),
  mapvalues: (value, lambda) => {
    if (!isObject(value)) throw new TemplateError("The template function 'mapValues' expects an object");
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, lambda(item ?? null)]));
  },
};

/** The value of a call that takes lambdas; undefined: it takes none. @throws TemplateError */
export function callWithLambda(
  name: string,
  args: readonly Expression[],
  variables: Readonly<Record<string, Json>>,
  workOut: WorkOut,
): Json | undefined {
  const lower = name.toLowerCase();
  const work = functions[lower];
  const [first, ...others] = args;
  if (work === undefined || first === undefined) return undefined;
  const within: WorkOut = (expression, own) => workOut(expression, { ...variables, ...own });
  const at = lower === 'reduce' ? 1 : 0;
  const lambda = lambdaOf(name, others[at], within);
  const second = lower === 'toobject' && others[1] !== undefined ? lambdaOf(name, others[1], within) : null;
  const start = lower === 'reduce' && others[0] !== undefined ? within(others[0], {}) : null;
  return work(within(first, {}), lambda, second, start);
}
