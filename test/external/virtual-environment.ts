/** Python programs that are not ours, each in a virtual environment of the cache: made once per machine, under a lock. */
import { join } from 'node:path';
import { cached, type CacheEntry, type CacheOptions } from '../../client/temporal-server/cache.ts';
import { runTool } from '../../client/temporal-server/run-tool.ts';

export interface PythonPackage {
  /** As the package index knows it. */
  readonly name: string;
  readonly version: string;
  /** What it needs beside what it names itself, as pip takes it: `paramiko==5.1.0`. */
  readonly also?: readonly string[];
  /** What `import` calls it: the check of a cached environment. */
  readonly module: string;
}

/** The Python that makes the environments. */
const PYTHON = 'python3';

/**
 * The folder with the programs of a virtual environment that holds the package; filled with pip if it is not in the
 * cache yet. Rejects with pip's reason.
 */
export async function virtualEnvironment(pack: PythonPackage, options: CacheOptions = {}): Promise<string> {
  return join(await cached(environmentOf(pack), options), 'bin');
}

function environmentOf({ name, version, module, also = [] }: PythonPackage): CacheEntry {
  return {
    name: `venv-${name}-${version}`,
    // Programs of a virtual environment name their interpreter by its whole path.
    place: 'mark',
    check: async (folder) => {
      await runTool(join(folder, 'bin', 'python'), ['-c', `import ${module}`], { timeoutMs: 60_000 });
    },
    fill: async (folder) => {
      await runTool(PYTHON, ['-m', 'venv', folder], { timeoutMs: 120_000 });
      const install = ['-m', 'pip', 'install', '--quiet', '--no-input', `${name}==${version}`, ...also];
      await runTool(join(folder, 'bin', 'python'), install, { timeoutMs: 15 * 60_000 });
    },
  };
}
