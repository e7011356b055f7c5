/**
 * The tests that may be skipped, each with the reason and the probe that proves it here and now. A test asks
 * `skipUnless(this, reason)` at its start; after the run every skipped test is checked against this list again, so that
 * nothing is skipped by accident or for a reason that does not hold.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Context } from 'mocha';
import { capturesFolder } from './captures.ts';
import { findSshd } from './sshd.ts';

export interface KnownSkip {
  /** What the skipped test's full title begins with. */
  readonly test: string;
  /** Why it cannot run, as a person would say it. */
  readonly reason: string;
  /** True if the reason holds on this machine. */
  readonly probe: () => Promise<boolean>;
}

/** If a command cannot be started, or ends with another code than 0. */
const fails = (command: string, args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', timeout: 20_000 });
    child.on('error', () => resolve(true));
    child.on('close', (code) => resolve(code !== 0));
  });

/** Some systems ship Python without what `python3 -m venv` needs. */
const noPython = (): Promise<boolean> => fails('python3', ['-c', 'import venv, ensurepip']);

/** Not every system lets a user make a network namespace. */
const noNamespace = (): Promise<boolean> =>
  fails('unshare', ['--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up']);

/** All there are. Every test runs on a machine with Node, Java or internet, Python 3 and Linux namespaces. */
const KNOWN_SKIPS: readonly KnownSkip[] = [
  {
    test: 'captures of real routers ',
    reason: 'the folder of captures is not beside the project',
    probe: async () => !existsSync(capturesFolder()),
  },
  {
    test: 'OpenSSH servers as bastions ',
    reason: 'openssh-server is not installed',
    probe: async () => findSshd() === null,
  },
  { test: 'netmiko ', reason: 'python3 with venv is not installed', probe: noPython },
  ...['scrapli ', 'scrapli-cfg ', 'NAPALM ', 'pyATS '].map((test) => ({
    test,
    reason: 'python3 with venv is not installed',
    probe: noPython,
  })),
  { test: 'Ansible ', reason: 'python3 with venv is not installed', probe: noPython },
  { test: 'a machine without a network', reason: 'network namespaces cannot be made here', probe: noNamespace },
  { test: 'the Azure SDK for Python ', reason: 'python3 with venv is not installed', probe: noPython },
  { test: 'the Azure CLI ', reason: 'python3 with venv is not installed', probe: noPython },
];

/** Skips the test that calls it if it is listed and the listed reason holds; otherwise does nothing. */
export async function skipIfListed(context: Context, skips: readonly KnownSkip[] = KNOWN_SKIPS): Promise<void> {
  const title = context.test?.fullTitle() ?? '';
  for (const skip of skips) {
    if (title.startsWith(skip.test) && (await skip.probe())) context.skip();
  }
}

export interface SkipVerdict {
  /** One line per skipped test, with its reason. */
  readonly lines: readonly string[];
  /** Titles of tests whose skip is not listed, or whose reason does not hold here. */
  readonly unexplained: readonly string[];
}

/** Checks each skipped test against the list, running the probes anew. */
export async function judgeSkips(
  titles: readonly string[],
  skips: readonly KnownSkip[] = KNOWN_SKIPS,
): Promise<SkipVerdict> {
  const judged = await Promise.all(
    titles.map(async (title) => {
      const skip = skips.find(({ test }) => title.startsWith(test));
      if (skip === undefined) return { title, line: `${title}: not listed in test/support/skips.ts`, proven: false };
      const proven = await skip.probe();
      return { title, line: `${title}: ${skip.reason}${proven ? '' : ' (this does not hold here)'}`, proven };
    }),
  );
  return {
    lines: judged.map(({ line }) => line),
    unexplained: judged.filter(({ proven }) => !proven).map(({ title }) => title),
  };
}
