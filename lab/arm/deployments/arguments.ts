/** What the functions of the template language ask of their arguments. */
import type { Json } from '../json.ts';
import { TemplateError } from './template-error.ts';

export type Pure = (args: readonly Json[]) => Json;

const kindOf = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;

export function wrong(name: string, index: number, wanted: string, value: Json | undefined): TemplateError {
  return new TemplateError(
    `The template function '${name}' expects ${wanted} as argument ${index + 1} and was given ${kindOf(value)}`,
  );
}

export function text(name: string, args: readonly Json[], index: number): string {
  const value = args[index];
  if (typeof value === 'string') return value;
  throw wrong(name, index, 'a string', value);
}

export function whole(name: string, args: readonly Json[], index: number): number {
  const value = args[index];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrong(name, index, 'an integer', value);
}

export function flag(name: string, args: readonly Json[], index: number): boolean {
  const value = args[index];
  if (typeof value === 'boolean') return value;
  throw wrong(name, index, 'a boolean', value);
}

export const needed = (name: string, args: readonly Json[], index: number): Json => {
  const value = args[index];
  if (value !== undefined) return value;
  throw wrong(name, index, 'a value', value);
};

/** As the language writes a value into a text. */
export function asText(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? '' : JSON.stringify(value);
}
