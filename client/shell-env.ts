/** Files of variables that a shell can source: `export NAME='value'`. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

export type Variables = Readonly<Record<string, string>>;

/** The variables of such a file's text; other lines are passed over. A quote within a value stands as `'\''`. */
export function parseVariables(text: string): Variables {
  const found: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/^export ([A-Za-z_][A-Za-z0-9_]*)='((?:[^']|'\\'')*)'$/gm)) {
    if (name !== undefined && value !== undefined) found[name] = value.replaceAll(`'\\''`, "'");
  }
  return found;
}

/** The variables of a file; null if it is not there. */
export async function readVariables(path: string): Promise<Variables | null> {
  const text = await readIfThere(path);
  return text === null ? null : parseVariables(text);
}

export async function writeVariables(path: string, head: string, variables: Variables): Promise<void> {
  const lines = Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`,
  );
  await writePrivately(path, `# ${head}\n${lines.join('')}`);
}

/** The text of a file; null if it is not there. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a file whole or not at all, readable by its owner alone. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, text, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, path);
}
