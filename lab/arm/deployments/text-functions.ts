/** The functions of the template language that work on texts. */
import { type Pure, asText, needed, text, whole, wrong } from './arguments.ts';
import { longestText } from './limits.ts';
import type { Json } from '../json.ts';
import { TemplateError } from './template-error.ts';

/** Parts put together with a text between them. @throws TemplateError before so long a text is made */
function joined(name: string, parts: readonly string[], mark: string): string {
  const length = parts.reduce((sum, one) => sum + one.length, mark.length * Math.max(0, parts.length - 1));
  if (length <= longestText) return parts.join(mark);
  throw new TemplateError(`The result of the template function '${name}' exceeds '${longestText}' characters`);
}

function replace(args: readonly Json[]): string {
  const [value, from, to] = [text('replace', args, 0), text('replace', args, 1), text('replace', args, 2)];
  return from === '' ? value : joined('replace', value.split(from), to);
}

function uriComponent(value: string): string {
  // A lone half of a surrogate pair, which is no character, becomes U+FFFD on the way through UTF-8.
  return encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8'));
}

/** `{0}`, with `{{` for a bracket; other format marks are left out. */
function format(args: readonly Json[]): string {
  return text('format', args, 0).replaceAll(/\{\{|\}\}|\{(\d+)(?::[^}]*)?\}/g, (mark, index: string | undefined) =>
    index === undefined ? mark.slice(1) : asText(needed('format', args, Number(index) + 1)),
  );
}

function substring(args: readonly Json[]): string {
  const value = text('substring', args, 0);
  const from = whole('substring', args, 1);
  const length = args[2] === undefined ? value.length - from : whole('substring', args, 2);
  if (from < 0 || length < 0 || from + length > value.length) {
    throw new TemplateError(
      "The index and length of the template function 'substring' must refer to a location within the string",
    );
  }
  return value.slice(from, from + length);
}

function split(args: readonly Json[]): Json {
  const marks = Array.isArray(args[1]) ? args[1].map((mark) => asText(mark)) : [text('split', args, 1)];
  return marks.reduce(
    (parts: string[], mark) => (mark === '' ? parts : parts.flatMap((one) => one.split(mark))),
    [text('split', args, 0)],
  );
}

function join(args: readonly Json[]): string {
  const [list] = args;
  if (!Array.isArray(list)) throw wrong('join', 0, 'an array', list);
  return joined(
    'join',
    list.map((item) => asText(item)),
    text('join', args, 1),
  );
}

const worded =
  (name: string, work: (value: string) => Json): Pure =>
  (args) =>
    work(text(name, args, 0));

const paired =
  (name: string, work: (value: string, other: string) => Json): Pure =>
  (args) =>
    work(text(name, args, 0), text(name, args, 1));

function padLeft(args: readonly Json[]): string {
  const width = whole('padLeft', args, 1);
  if (width < 0 || width > 1000)
    throw new TemplateError("The width of the template function 'padLeft' is out of range");
  return asText(needed('padLeft', args, 0)).padStart(width, args[2] === undefined ? ' ' : text('padLeft', args, 2));
}

/** By name as the documentation writes it. */
export const textFunctions = {
  base64: worded('base64', (value) => Buffer.from(value, 'utf8').toString('base64')),
  base64ToString: worded('base64ToString', (value) => Buffer.from(value, 'base64').toString('utf8')),
  endsWith: paired('endsWith', (value, other) => value.toLowerCase().endsWith(other.toLowerCase())),
  format,
  indexOf: paired('indexOf', (value, other) => value.toLowerCase().indexOf(other.toLowerCase())),
  join,
  lastIndexOf: paired('lastIndexOf', (value, other) => value.toLowerCase().lastIndexOf(other.toLowerCase())),
  padLeft,
  replace,
  split,
  startsWith: paired('startsWith', (value, other) => value.toLowerCase().startsWith(other.toLowerCase())),
  string: (args) => asText(needed('string', args, 0)),
  substring,
  toLower: worded('toLower', (value) => value.toLowerCase()),
  toUpper: worded('toUpper', (value) => value.toUpperCase()),
  trim: worded('trim', (value) => value.trim()),
  uri: paired('uri', (base, rest) => `${base.replace(/[^/]*$/, '')}${rest.replace(/^\//, '')}`),
  uriComponent: worded('uriComponent', uriComponent),
} satisfies Record<string, Pure>;
