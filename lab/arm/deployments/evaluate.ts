/** Works out the expressions of a template's values: of texts, in lists and objects, and in the names of members. */
import { type Json, type JsonObject, isObject } from '../json.ts';
import { asText } from './arguments.ts';
import { type Expression, parseText } from './expression.ts';
import { pureFunctions } from './functions.ts';
import { callWithLambda } from './lambdas.ts';
import { type Budget, countOf, spend } from './limits.ts';
import { Deferred, TemplateError } from './template-error.ts';

/** One turn of a `copy`. */
export interface Turn {
  readonly name: string;
  readonly index: number;
}

export type ScopeFunction = (args: readonly Json[], scope: Scope) => Json;

export interface Scope {
  /** Functions that know of the deployment, by lower-cased name. */
  readonly functions: ReadonlyMap<string, ScopeFunction>;
  /** The loops around, the innermost last. */
  readonly turns: readonly Turn[];
  /** Leave texts that need other resources as they are, instead of letting `Deferred` through. */
  readonly lenient: boolean;
  readonly budget: Budget;
  /** What the lambdas around call their arguments, by lower-cased name. */
  readonly lambda?: Readonly<Record<string, Json>>;
}

/** Values in each other beyond this are no template of anybody's. */
const deepestValue = 200;

function copyIndex(args: readonly Json[], scope: Scope): Json {
  const [first, second] = args;
  const name = typeof first === 'string' ? first : null;
  const offset = name === null ? first : second;
  const turn = name === null ? scope.turns.at(-1) : scope.turns.findLast((one) => one.name === name);
  if (turn === undefined) {
    throw new TemplateError(
      `The template function 'copyIndex' is not expected at this location: there is no such copy`,
    );
  }
  return turn.index + (typeof offset === 'number' ? offset : 0);
}

function call(name: string, args: readonly Expression[], scope: Scope): Json {
  const lower = name.toLowerCase();
  if (lower === 'if') {
    // Only the branch that is chosen is worked out.
    const [condition, yes, no] = args;
    if (condition === undefined || yes === undefined || no === undefined || args.length !== 3) {
      throw new TemplateError(`The template function 'if' takes three arguments and was given ${args.length}`);
    }
    const chosen = evaluate(condition, scope);
    if (typeof chosen !== 'boolean')
      throw new TemplateError(`The condition of the template function 'if' is no boolean`);
    return evaluate(chosen ? yes : no, scope);
  }
  const around = scope.lambda ?? {};
  const withLambda = callWithLambda(name, args, around, (arg, lambda) => evaluate(arg, { ...scope, lambda }));
  if (withLambda !== undefined) return spend(scope.budget, withLambda);
  const values = args.map((arg) => evaluate(arg, scope));
  if (lower === 'lambdavariables') return around[asText(values[0] ?? null).toLowerCase()] ?? null;
  if (lower === 'copyindex') return copyIndex(values, scope);
  const special = scope.functions.get(lower);
  if (special !== undefined) return spend(scope.budget, special(values, scope));
  const pure = pureFunctions.get(lower);
  if (pure === undefined) throw new TemplateError(`The template function '${name}' is not valid`);
  try {
    return spend(scope.budget, pure(values));
  } catch (error) {
    // A text longer than the machine can hold.
    if (error instanceof RangeError)
      throw new TemplateError(`The result of the template function '${name}' is too long`);
    throw error;
  }
}

function memberOf(value: Json, key: Json): Json {
  if (Array.isArray(value) && typeof key === 'number') {
    const found = value[key];
    if (found !== undefined) return found;
    throw new TemplateError(`The array index '${key}' is out of bounds: the array has ${value.length} elements`);
  }
  if (isObject(value) && typeof key === 'string') {
    const name = Object.keys(value).find((one) => one.toLowerCase() === key.toLowerCase());
    const found = name === undefined ? undefined : value[name];
    if (found !== undefined) return found;
    const known = Object.keys(value).slice(0, 50).join(', ');
    throw new TemplateError(
      `The language expression property '${key}' doesn't exist, available properties are '${known}'`,
    );
  }
  throw new TemplateError(`The language expression property '${asText(key)}' can't be evaluated`);
}

function evaluate(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'call':
      return call(expression.name, expression.args, scope);
    case 'member':
      return memberOf(evaluate(expression.of, scope), evaluate(expression.key, scope));
  }
}

function evaluateText(text: string, scope: Scope): Json {
  const expression = parseText(text);
  if (expression === null) return text;
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (error instanceof Deferred && scope.lenient) return text;
    throw error;
  }
}

/** `copy: [{name, count, input}]` among an object's members: each makes the list `name`. */
function copies(list: readonly Json[], scope: Scope, depth: number): JsonObject {
  const made: JsonObject = {};
  for (const entry of list) {
    const name = isObject(entry) ? entry['name'] : undefined;
    const input = isObject(entry) ? entry['input'] : undefined;
    if (!isObject(entry) || typeof name !== 'string' || input === undefined) {
      throw new TemplateError("A property of the name 'copy' must be a list of name, count and input");
    }
    const count = countOf(evaluateValue(entry['count'] ?? null, scope, depth + 1), name);
    made[name] = Array.from({ length: count }, (_, index) =>
      evaluateValue(input, { ...scope, turns: [...scope.turns, { name, index }] }, depth + 1),
    );
  }
  return made;
}

/** The value with every expression worked out. @throws TemplateError, and Deferred where the scope is not lenient */
export function evaluateValue(value: Json, scope: Scope, depth = 0): Json {
  if (depth > deepestValue) throw new TemplateError(`A value is nested deeper than ${deepestValue} levels`);
  scope.budget.left -= 1;
  if (typeof value === 'string') return evaluateText(value, scope);
  if (Array.isArray(value)) return value.map((item) => evaluateValue(item, scope, depth + 1));
  if (!isObject(value)) return value;
  const made: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (key === 'copy' && Array.isArray(member)) {
      for (const [name, list] of Object.entries(copies(member, scope, depth))) made.push([name, list ?? null]);
      continue;
    }
    const name = evaluateText(key, scope);
    if (typeof name !== 'string') throw new TemplateError(`The property name '${key}' is no text`);
    made.push([name, evaluateValue(member ?? null, scope, depth + 1)]);
  }
  return Object.fromEntries(made);
}
