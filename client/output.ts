/**
 * Where a command's words go. As text: results on stdout, errors on stderr. With `--output json`: one document on
 * stdout, everything for people on stderr. Colours and a live screen only on a terminal.
 */
import { styleText } from 'node:util';

/** What is needed of a stream; `process.stdout` is one. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';
/** Puts a style round text where the stream shows colours, and does nothing elsewhere. */
export type Paint = (style: Style, text: string) => string;

export interface Output {
  readonly json: boolean;
  /** The stream of people's text. */
  readonly people: Stream;
  readonly paint: Paint;
  /** A live screen may be drawn. */
  readonly live: boolean;
  /** A line for people. */
  line(text?: string): void;
  /** A line on stderr. */
  error(text: string): void;
  /** The document, once per command; nothing without `--output json`. */
  document(value: unknown): void;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

export function makeOutput({ json, env, stdout, stderr }: OutputOptions): Output {
  const people = json ? stderr : stdout;
  const live = people.isTTY === true && env['TERM'] !== 'dumb';
  const colours = live && (env['NO_COLOR'] ?? '') === '';
  return {
    json,
    people,
    live,
    // Whether there are colours is decided here, for our stream; by itself it would look at stdout.
    paint: colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text,
    line: (text = '') => void people.write(`${text}\n`),
    error: (text) => void stderr.write(`${text}\n`),
    document: (value) => {
      if (json) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}
