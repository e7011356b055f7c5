import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Problem } from '../../domain/progress.ts';
import { checkSiteFile, type Checked } from './check.ts';

/** Reads and checks a site file. Never throws for what is in it, nor for a file that cannot be read. */
export async function loadSiteFile(path: string, env: NodeJS.ProcessEnv): Promise<Checked> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { file: null, problems: [unreadable(path, error)] };
  }
  return readSiteFile(text, env);
}

/** Checks the text of a site file. */
export function readSiteFile(text: string, env: NodeJS.ProcessEnv): Checked {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  // What follows the first error of syntax is mostly its echo.
  const [first] = document.errors;
  if (first !== undefined) return { file: null, problems: [notYaml(first)] };
  return checkSiteFile(document.toJS({ maxAliasCount: 100 }), env);
}

function unreadable(path: string, error: unknown): Problem {
  const reason =
    error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : 'cannot be read';
  return { path: '(the file)', value: path, message: reason, remedy: 'give the path of a site file', kind: 'refused' };
}

/** Only the parser's code and place: its text may quote a line, and the line may hold a secret. */
function notYaml(error: { code: string; linePos?: readonly { line: number; col: number }[] | undefined }): Problem {
  const place = error.linePos?.[0];
  return {
    path: '(the file)',
    value: place === undefined ? '(YAML)' : `line ${place.line}, column ${place.col}`,
    message: `is not YAML here: ${error.code.toLowerCase().replaceAll('_', ' ')}`,
    remedy: 'correct the line; check indentation, colons and quotation marks',
    kind: 'refused',
  };
}
