/** What a first run kept is enough: the README's first command, in a new folder, where there is no network. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { temporalCli } from '../support/temporal.ts';
import { skipIfListed } from '../support/skips.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** What a clone does not have. */
const madeHere = new Set(['node_modules', '.git', 'coverage', 'dist']);
const minutes = 60_000;

/** Runs a shell command where loopback is the only interface. */
async function withoutNetwork(
  command: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number | undefined; printed: string }> {
  const inside = `ip link set lo up && ${command}`;
  const { exitCode, all } = await execa('unshare', ['--map-root-user', '--net', 'sh', '-c', inside], {
    cwd,
    env,
    all: true,
    reject: false,
    timeout: 10 * minutes,
  });
  return { code: exitCode, printed: all };
}

describe('a machine without a network', function () {
  this.timeout(20 * minutes);
  let folder = '';

  before('copy the project as a clone has it, and be sure of one earlier run', async function () {
    await skipIfListed(this);
    await temporalCli();
    folder = await mkdtemp(join(tmpdir(), 'sitelink-offline-'));
    await cp(project, join(folder, 'clone'), {
      recursive: true,
      filter: (path) => !madeHere.has(relative(project, path)),
    });
  });
  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  it('reaches no registry', async () => {
    const seen = await withoutNetwork('npm ping --fetch-retries=0', join(folder, 'clone'), {});
    assert.notEqual(seen.code, 0, seen.printed);
  });

  it('installs and runs the demo after one run with a network', async () => {
    const command = 'npm ci --prefer-offline --no-audit --no-fund && npm run demo -- --once';
    const env = { SITELINK_STATE: join(folder, 'state') };
    const { code, printed } = await withoutNetwork(command, join(folder, 'clone'), env);
    assert.equal(code, 0, printed);
    assert.match(printed, /every row holds/);
    assert.match(printed, /nothing of ours is left/);
  });
});
