/** The lab's command, which compiles the lab when a source has changed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFolderAsync } from '../support/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What `lab --help` says, of a checkout in this folder. */
async function help(checkout: string): Promise<string> {
  // Undefined, not absent: Node hands its own on to children that have none.
  const env = { ...process.env, NODE_V8_COVERAGE: undefined };
  const { stdout } = await run(process.execPath, [join(checkout, 'lab', 'bin.js'), '--help'], { env });
  return stdout;
}

describe('the lab’s command', function () {
  this.timeout(60_000);

  it('compiles the lab once per state of its sources, and does without where that cannot be', async () => {
    await withFolderAsync(async (checkout) => {
      cpSync(join(root, 'lab'), join(checkout, 'lab'), { recursive: true });
      writeFileSync(join(checkout, 'package.json'), '{"type": "module"}');
      mkdirSync(join(checkout, 'node_modules'));
      for (const name of readdirSync(join(root, 'node_modules'))) {
        if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(checkout, 'node_modules', name));
      }
      const cache = join(checkout, 'node_modules', '.cache', 'sitelink-lab');
      // Several at once, as tests do.
      const words = await Promise.all([help(checkout), help(checkout)]);
      assert.match(words[0], /usage: sitelink lab/);
      assert.equal(words[1], words[0]);
      const [first, ...none] = readdirSync(cache);
      assert.deepEqual(none, []);
      assert.equal(await help(checkout), words[0]);
      assert.deepEqual(readdirSync(cache), [first]);

      const source = join(checkout, 'lab', 'options.ts');
      writeFileSync(source, readFileSync(source, 'utf8').replace('usage: sitelink lab', 'usage: sitelink LAB'));
      assert.match(await help(checkout), /usage: sitelink LAB/);
      assert.equal(readdirSync(cache).length, 2);

      writeFileSync(source, `${readFileSync(source, 'utf8')}\nthis is no TypeScript`);
      await assert.rejects(help(checkout), /options\.ts:\d+/);
      assert.equal(readdirSync(cache).length, 2);
    });
  });
});
