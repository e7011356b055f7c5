/** Looks for secrets in files, in every form in which a program may have written one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is searched: bytes with the name that a failure shows. */
export interface Haystack {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The names of the haystacks that hold a form of the secret, each with the form: `logs/a.log: base64`. */
export function findSecret(secret: string, haystacks: readonly Haystack[]): string[] {
  const forms = Object.entries(formsOf(secret));
  return haystacks.flatMap(({ name, bytes }) =>
    forms.filter(([, form]) => bytes.includes(form)).map(([form]) => `${name}: ${form}`),
  );
}

/** All files below a folder whose name fits; one that goes meanwhile, as a database's journal does, is left out. */
export function filesIn(folder: string, fits: (name: string) => boolean = () => true): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fits(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((name) => {
      const bytes = readIfThere(name);
      return bytes === null ? [] : [{ name, bytes }];
    });
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Raw, as JSON within JSON, as part of a URL, in base64 at each of its three alignments, and in hexadecimal digits. */
function formsOf(secret: string): Record<string, string> {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  return {
    raw: secret,
    'escaped for JSON': escaped,
    'escaped for JSON, the slash too': escaped.replaceAll('/', String.raw`\/`),
    'escaped for HTML within JSON': escaped.replaceAll('&', String.raw`\u0026`),
    'for a URL': url,
    'for a URL, small letters': url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    'for a form': new URLSearchParams({ a: secret }).toString().slice(2),
    hex,
    'hex, capitals': hex.toUpperCase(),
    ...Object.fromEntries([0, 1, 2].flatMap((offset) => base64Forms(secret, offset))),
  };
}

/** The digits that depend on the secret alone when it begins `offset` bytes after a group of three. */
function base64Forms(secret: string, offset: number): [string, string][] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const own = (text: string) => text.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  return [
    [`base64 at ${offset}`, own(bytes.toString('base64'))],
    [`base64url at ${offset}`, own(bytes.toString('base64url'))],
  ];
}
