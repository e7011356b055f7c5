import { access, constants, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface SdkDownload {
  readonly kind: 'cli' | 'test-server';
  /** As the download service names it: `v1.5.1`. */
  readonly version: string;
  /** The executable's path in the end. */
  readonly target: string;
  /** The folder that it arrives in; must be the parent of `target`, and empty. */
  readonly folder: string;
  /** How long until the first byte must have arrived; default 10 s. */
  readonly beginWithinMs?: number;
  /** How long it may take in all; default 10 minutes. */
  readonly timeoutMs?: number;
  /** The program that does it; replaced in tests. */
  readonly command?: readonly [string, ...string[]];
}

/**
 * Lets the Temporal SDK download one of its servers. Rejects with the reason if nothing arrives within
 * `beginWithinMs`, if it takes too long, or if the SDK says no.
 */
export async function sdkDownload(download: SdkDownload): Promise<void> {
  const [file, ...args] = download.command ?? childCommand(download);
  const abort = new AbortController();
  const running = execa(file, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: download.timeoutMs ?? 10 * 60_000,
    cancelSignal: abort.signal,
    forceKillAfterDelay: 1_000,
  });
  const stopWatching = abortUnlessBegun(download, abort);
  const result = await running.finally(stopWatching);
  if (result.isCanceled) throw new Error(`nothing arrived within ${(download.beginWithinMs ?? 10_000) / 1000} s`);
  if (result.timedOut) throw new Error('the download took too long');
  if (result.failed) throw new Error(shortReason(result.all ?? result.shortMessage ?? 'it gave no reason'));
  await rename(await theExecutable(download.folder), download.target);
}

function childCommand({ kind, version, folder }: SdkDownload): readonly [string, ...string[]] {
  // The same suffix as this file: .ts from source, .js when built.
  const suffix = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = fileURLToPath(new URL(`sdk-download-child.${suffix}`, import.meta.url));
  const loader = suffix === 'ts' ? ['--import', import.meta.resolve('tsx')] : [];
  return [process.execPath, ...loader, script, kind, version, folder];
}

/** Aborts if the folder holds no byte when the time is up; returns how to stop watching. */
function abortUnlessBegun(download: SdkDownload, abort: AbortController): () => void {
  const timer = setTimeout(() => {
    void bytesIn(download.folder).then((bytes) => {
      if (bytes === 0) abort.abort();
    });
  }, download.beginWithinMs ?? 10_000);
  return () => clearTimeout(timer);
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function theExecutable(folder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const runnable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable && (await stat(path)).isFile()) return path;
  }
  throw new Error('the SDK said that it downloaded, but no executable is there');
}

/** The SDK repeats a transport error once per layer, separated by colons: the ends say all. */
function shortReason(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? text;
  const parts = line.split(': ').filter((part, index, all) => all.indexOf(part) === index);
  const short = parts.length > 3 ? [parts[1], parts.at(-1)].join(': ') : parts.join(': ');
  return short.slice(0, 300);
}
