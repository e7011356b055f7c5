import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, firstLine, sayOnStderr, whyNot, type CacheEntry, type Say } from './cache.ts';
import { climb, NothingWorked, type Failure, type Rung } from './ladder.ts';
import { runTool } from './run-tool.ts';
import { sdkDownload } from './sdk-download.ts';

/** The newest release that `go install` accepts; later ones have replace directives in their module file. */
export const TEMPORAL_CLI_VERSION = '1.5.1';

export interface FindOptions {
  /** The cache's folder; default `cacheFolder(env)`. */
  readonly cache?: string;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly say?: Say;
  /** The ways to make one, in order; replaced in tests. */
  readonly makers?: (folder: string) => readonly Rung[];
}

/**
 * The path of a Temporal command line that can start the dev server: the one on the PATH if it runs, else the cached
 * copy, else one that the SDK downloads or that is built from its Go module, kept in the cache.
 *
 * Rejects with `NothingWorked`, which lists what was tried.
 */
export async function ensureTemporalCli(options: FindOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const say = options.say ?? sayOnStderr;
  const cache = options.cache ?? cacheFolder(env);
  const failures: Failure[] = [];
  try {
    say(`Temporal: using temporal on the PATH (${await versionOf('temporal', env)})`);
    return 'temporal';
  } catch (error) {
    failures.push({ name: 'temporal on the PATH', reason: firstLine(error) });
  }
  const entry = cliEntry(failures, { ...options, env, say });
  const folder = join(cache, entry.name);
  failures.push({ name: `the cached copy in ${folder}`, reason: (await whyNot(entry, folder)) ?? 'it is good' });
  return join(await cached(entry, { cache, say }), 'temporal');
}

function cliEntry(failures: Failure[], options: FindOptions & { env: NodeJS.ProcessEnv; say: Say }): CacheEntry {
  return {
    name: `temporal-cli-${TEMPORAL_CLI_VERSION}`,
    check: async (folder) => void (await versionOf(join(folder, 'temporal'), options.env)),
    fill: async (folder) => {
      const makers = (options.makers ?? ((into) => cliMakers(into, options.env)))(folder);
      if (!(await climb(makers, failures, options.say))) throw nothingWorked(failures);
    },
  };
}

function nothingWorked(failures: readonly Failure[]): NothingWorked {
  return new NothingWorked(
    'A Temporal dev server',
    failures,
    'To go on, do one of these: put the Temporal command line (temporal) on the PATH; install Go 1.25 or later and run ' +
      'this again; or, for `npx sitelink demo`, set TEMPORAL_ADDRESS to a server that runs.',
  );
}

/** What `temporal --version` prints, e.g. `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. Rejects if it is not Temporal's. */
async function versionOf(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const line = firstLine(await runTool(file, ['--version'], { env, timeoutMs: 60_000 }));
  if (!line.startsWith('temporal version')) throw new Error(`${file} --version printed ${JSON.stringify(line)}`);
  return line;
}

function cliMakers(folder: string, env: NodeJS.ProcessEnv): readonly Rung[] {
  const target = join(folder, 'temporal');
  return [
    {
      name: "the SDK's own download",
      announce: 'Temporal: no dev server here yet. Trying the download by the Temporal SDK (10 s to begin) ...',
      attempt: () => sdkDownload({ kind: 'cli', version: `v${TEMPORAL_CLI_VERSION}`, folder, target }),
    },
    goRung(folder, env),
  ];
}

/** A build from the Go module, into the folder. */
export function goRung(folder: string, env: NodeJS.ProcessEnv): Rung {
  return {
    name: 'a build from the Go module',
    announce:
      `Temporal: building its command line ${TEMPORAL_CLI_VERSION} from the Go module ` +
      '(once; about 2 to 4 minutes on two cores) ...',
    attempt: () => goBuild(folder, join(folder, 'temporal'), env),
  };
}

async function goBuild(folder: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const bin = join(folder, 'gobin');
  await mkdir(bin, { recursive: true });
  const module = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
  // A build that is not a release of its own says 0.0.0-DEV otherwise.
  const stamp = `-X github.com/temporalio/cli/temporalcli.Version=${TEMPORAL_CLI_VERSION}`;
  await runTool('go', ['install', '-ldflags', `-s -w ${stamp}`, module], {
    cwd: folder,
    env: goEnvironment(env, bin),
    timeoutMs: 30 * 60_000,
  });
  await rename(join(bin, 'temporal'), target);
  await rm(bin, { recursive: true, force: true });
}

/**
 * Go's environment: proxy, checksum database and toolchain choice stay as the user set them. Taken out is what makes
 * `go install` of another module fail: a workspace, `-mod=...`, and cross-compilation (refused together with GOBIN).
 */
export function goEnvironment(env: NodeJS.ProcessEnv, bin: string): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, GOFLAGS: flags, ...rest } = env;
  const kept = (flags ?? '').split(/\s+/).filter((flag) => flag !== '' && !flag.startsWith('-mod='));
  return { ...rest, GOFLAGS: kept.join(' '), GOWORK: 'off', GOBIN: bin, CGO_ENABLED: '0' };
}
