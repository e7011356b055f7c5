/**
 * Parser and renderer of a configuration section from one table, so that they cannot drift apart: each field names the
 * keyword that stands before its value.
 */
import { node } from '../config-tree.ts';
import type { ConfigNode } from '../config-tree.ts';

/** A keyword that occurs once (`one`), on several lines (`many`), or stands alone (`flag`). */
export interface Field<Value> {
  readonly keyword: string;
  readonly kind: 'one' | 'many' | 'flag';
  /** Never set; carries the type of the value. */
  readonly value?: Value;
}

export const one = (keyword: string): Field<string | null> => ({ keyword, kind: 'one' });
export const many = (keyword: string): Field<readonly string[]> => ({ keyword, kind: 'many' });
export const flag = (keyword: string): Field<boolean> => ({ keyword, kind: 'flag' });

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer Value> ? Value : never };
type Nested = Readonly<Record<string, Section<unknown>>>;
type NestedValues<N extends Nested> = {
  readonly [K in keyof N]: readonly (N[K] extends Section<infer Value> ? Value : never)[];
};

/** A section's value: its name (what stands after the header's keyword), its fields and its inner sections. */
export type SectionValue<F extends Fields, N extends Nested> = { readonly name: string } & Values<F> & NestedValues<N>;

export interface Section<Value> {
  /** Whether a line in normal form opens such a section. */
  opens(line: string): boolean;
  /** Lines that the section does not know come back as `unknown`, with the nodes that hold their line numbers. */
  parse(section: ConfigNode): { readonly value: Value; readonly unknown: readonly ConfigNode[] };
  render(value: Value): ConfigNode;
}

function valueOf(keyword: string, line: string): string | undefined {
  return line.startsWith(`${keyword} `) ? line.slice(keyword.length + 1) : undefined;
}

function fieldOf(fields: Fields, line: string): { name: string; field: Field<unknown>; value: string } | undefined {
  // The longest keyword wins: `set security-association lifetime seconds` before a shorter one.
  const names = Object.keys(fields).toSorted((a, b) => fields[b]!.keyword.length - fields[a]!.keyword.length);
  for (const name of names) {
    const field = fields[name]!;
    const value = field.kind === 'flag' ? (line === field.keyword ? '' : undefined) : valueOf(field.keyword, line);
    if (value !== undefined) return { name, field, value };
  }
  return undefined;
}

function emptyValues(fields: Fields, nested: Nested): Record<string, unknown> {
  const empty = { one: null, many: [], flag: false };
  return Object.fromEntries([
    ...Object.entries(fields).map(([name, { kind }]) => [name, empty[kind]]),
    ...Object.keys(nested).map((name) => [name, []]),
  ]);
}

function add(values: Record<string, unknown>, kind: Field<unknown>['kind'], name: string, value: string): void {
  if (kind === 'many') values[name] = [...(values[name] as string[]), value];
  else values[name] = kind === 'flag' ? true : value;
}

function renderField({ keyword, kind }: Field<unknown>, value: unknown): string[] {
  if (kind === 'flag') return value === true ? [keyword] : [];
  if (kind === 'many') return (value as string[]).map((item) => `${keyword} ${item}`);
  return value === null ? [] : [`${keyword} ${value as string}`];
}

/**
 * Describes a section: the header's keyword, what a name must look like, its fields in the order in which they are
 * typed, and its inner sections, which come last: a neighbor of BGP must exist before it is activated.
 */
export function section<F extends Fields, N extends Nested = Record<never, never>>(
  keyword: string,
  name: RegExp,
  fields: F,
  nested: N = {} as N,
): Section<SectionValue<F, N>> {
  const opens = (line: string): boolean => name.test(valueOf(keyword, line) ?? '');
  return {
    opens,
    parse(source) {
      const values: Record<string, unknown> = {
        name: valueOf(keyword, source.line) ?? '',
        ...emptyValues(fields, nested),
      };
      const unknown: ConfigNode[] = [];
      for (const child of source.children) {
        const inner = Object.entries(nested).find(([, candidate]) => candidate.opens(child.line));
        const found = fieldOf(fields, child.line);
        if (inner !== undefined) {
          const parsed = inner[1].parse(child);
          values[inner[0]] = [...(values[inner[0]] as unknown[]), parsed.value];
          unknown.push(...parsed.unknown);
        } else if (found === undefined) unknown.push(child);
        else add(values, found.field.kind, found.name, found.value);
      }
      return { value: values as SectionValue<F, N>, unknown };
    },
    render(value) {
      const values = value as Record<string, unknown>;
      const inner = Object.entries(nested).flatMap(([key, candidate]) =>
        (values[key] as unknown[]).map((item) => candidate.render(item)),
      );
      const lines = Object.entries(fields).flatMap(([key, field]) => renderField(field, values[key]));
      return node(`${keyword} ${value.name}`, [...lines, ...inner]);
    },
  };
}

/** The type of a section's value. */
export type ValueOf<S> = S extends Section<infer Value> ? Value : never;
