/**
 * Prints the covered lines of each source folder, its subfolders apart, and ends with 1 if one is under the bound.
 *
 * Reads `coverage/coverage-summary.json` (c8: everything that Node ran, child processes included) and, for workflows,
 * `coverage/workflows/*.json` (counters from inside the sandbox, where Node's own cannot look). A source file that no
 * process loaded counts with all its lines, unless nothing of it is left at run time (types only).
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import istanbul from 'istanbul-lib-coverage';
import { createSourceMapStore } from 'istanbul-lib-source-maps';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['domain', 'workflows', 'activities', 'adapters', 'worker', 'client', 'lab'] as const;
const BOUND_PERCENT = 90;

interface Lines {
  readonly total: number;
  readonly covered: number;
}

/** Covered lines by path from the project's folder. */
type ByFile = ReadonlyMap<string, Lines>;

async function main(): Promise<void> {
  const seen = new Map([...ofNode(), ...(await ofSandbox())]);
  const compiled = compile();
  const all = new Map<string, Lines>();
  for (const path of FOLDERS.flatMap(sources)) {
    const lines = seen.get(path) ?? { total: compiled(path), covered: 0 };
    if (lines.total > 0) all.set(path, lines);
  }
  const folders = [...new Set([...all.keys()].map(dirname))].toSorted();
  const short = folders.filter(
    (folder) =>
      !report(
        folder,
        [...all].filter(([path]) => dirname(path) === folder),
      ),
  );
  if (short.length > 0) {
    console.error(`Line coverage is under ${BOUND_PERCENT} % in: ${short.join(', ')}`);
    process.exitCode = 1;
  }
}

/** Prints one folder's figure and, if it is too low, its least covered files. Returns whether it is high enough. */
function report(folder: string, files: readonly (readonly [string, Lines])[]): boolean {
  const percent = percentOf(sum(files.map(([, lines]) => lines)));
  console.log(`${folder.padEnd(22)} ${percent.toFixed(1).padStart(6)} % of lines in ${files.length} files`);
  if (percent >= BOUND_PERCENT) return true;
  const missed = ([, { total, covered }]: readonly [string, Lines]) => total - covered;
  for (const file of files.toSorted((a, b) => missed(b) - missed(a)).slice(0, 15)) {
    console.log(`    ${String(missed(file)).padStart(5)} lines not run: ${file[0]}`);
  }
  return false;
}

function sum(lines: readonly Lines[]): Lines {
  const add = (a: Lines, b: Lines) => ({ total: a.total + b.total, covered: a.covered + b.covered });
  return lines.reduce(add, { total: 0, covered: 0 });
}

function percentOf({ total, covered }: Lines): number {
  return total === 0 ? 100 : (100 * covered) / total;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

function ofNode(): ByFile {
  const text = readFileSync(join(ROOT, 'coverage', 'coverage-summary.json'), 'utf8');
  const summary = Object.entries(JSON.parse(text) as Record<string, { lines: Lines }>);
  return new Map(summary.map(([path, { lines }]) => [relative(ROOT, path), lines]));
}

async function ofSandbox(): Promise<ByFile> {
  const folder = join(ROOT, 'coverage', 'workflows');
  if (!existsSync(folder)) return new Map();
  const counted = istanbul.createCoverageMap({});
  for (const name of readdirSync(folder)) {
    counted.merge(JSON.parse(readFileSync(join(folder, name), 'utf8')) as istanbul.CoverageMapData);
  }
  const mapped = istanbul.createCoverageMap(await transformed(counted));
  const paths = mapped.files().filter((path) => relative(ROOT, path).startsWith('workflows/'));
  return new Map(paths.map((path) => [relative(ROOT, path), mapped.fileCoverageFor(path).toSummary().data.lines]));
}

/** The counters by line of the TypeScript sources; the sandbox runs what the bundler made of them. */
async function transformed(counted: istanbul.CoverageMap): Promise<istanbul.CoverageMapData> {
  return (await createSourceMapStore().transformCoverage(counted)) as unknown as istanbul.CoverageMapData;
}

/** Compiles the project once, without comments, and returns how many lines of code are left of a source file. */
function compile(): (path: string) => number {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-gate-'));
  try {
    const options = ['-p', ROOT, '--outDir', folder, '--removeComments', '--noCheck'];
    execaSync('tsc', options, { preferLocal: true, localDir: ROOT, reject: false });
    const counts = new Map(FOLDERS.flatMap(sources).map((path) => [path, codeLines(join(folder, path))]));
    return (path) => counts.get(path) ?? 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function codeLines(source: string): number {
  const text = readFileSync(source.replace(/\.ts$/, '.js'), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '' && line !== 'export {};').length;
}

await main();
