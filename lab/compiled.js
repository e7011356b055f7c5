/**
 * The lab compiled into a few files, kept under a digest of its sources: a loader takes most of a second for its hundred
 * modules, these are there in a third of one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const sources = import.meta.dirname;
const cache = join(sources, '..', 'node_modules', '.cache', 'sitelink-lab');

/** How long what was compiled is kept: a lab that runs may have a part of it still to load. */
const keptMs = 7 * 24 * 3600 * 1000;

/**
 * The URL of the compiled program, which is compiled anew whenever a source has changed.
 * Null: run the sources, as nothing can be written there, or coverage counts their lines.
 * @returns {Promise<string | null>}
 */
export async function compiled() {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return null;
  const folder = join(cache, digestOfSources());
  try {
    if (!existsSync(folder)) await compileTo(folder);
    return pathToFileURL(join(folder, 'main.js')).href;
  } catch {
    return null;
  }
}

function digestOfSources() {
  const hash = createHash('sha256');
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  for (const name of names.toSorted((one, other) => (one < other ? -1 : 1))) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(join(sources, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The folder is there whole or not at all, as several labs may start at once. */
async function compileTo(folder) {
  const { buildSync } = await import('esbuild');
  mkdirSync(cache, { recursive: true });
  removeOld();
  const fresh = mkdtempSync(`${folder}-`);
  try {
    buildSync({
      entryPoints: [join(sources, 'main.ts')],
      outdir: fresh,
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
    });
    renameSync(fresh, folder);
  } catch (error) {
    // Another lab may have been sooner.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function removeOld() {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > keptMs) rmSync(folder, { recursive: true });
  }
}
