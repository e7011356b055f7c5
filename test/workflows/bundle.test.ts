import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../support/workflow-bundle.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of ours that a workflow may not reach: they do I/O, or hold what does. */
const foreign = ['adapters', 'activities', 'lab', 'client', 'worker'];
const libraries = ['valibot', '@azure', 'ssh2', 'hono', 'yaml', 'execa'];
const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

const ofLibrary = (modules: readonly string[], library: string) =>
  modules.filter((name) => name.includes(`node_modules/${library}/`));
const ofNode = (modules: readonly string[]) =>
  modules.filter((name) => builtins.has(name.replace(/^external (?:commonjs )?/, '').replaceAll('"', '')));
const foreignOfOurs = (modules: readonly string[]) =>
  modules.filter((name) => !name.includes('node_modules/') && foreign.some((folder) => name.includes(`/${folder}/`)));

describe('the bundle of the workflows', function () {
  this.timeout(120_000);
  let modules: string[];

  before(async () => {
    modules = await modulesOf();
  });

  it('is looked into with names that are there', () => {
    assert.ok(
      modules.some((name) => name.includes('/workflows/hub.ts')),
      modules.slice(0, 20).join('\n'),
    );
    assert.ok(
      modules.some((name) => name.includes('/domain/evidence.ts')),
      modules.join('\n'),
    );
  });

  it('has no module of Node', () => {
    assert.deepEqual(ofNode(modules), []);
  });

  for (const library of libraries) {
    it(`has nothing of ${library}`, () => {
      assert.deepEqual(ofLibrary(modules, library), []);
    });
  }

  it('has nothing of ours but workflows and domain', () => {
    assert.deepEqual(foreignOfOurs(modules), []);
  });

  it('would show a library or a folder that a workflow reached for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sitelink-bundle-'));
    try {
      const names = { valibot: 'node_modules/valibot/dist/index.mjs', exits: 'client/exit-code.ts' };
      const lines = Object.entries(names).map(([name, path]) => `export * as ${name} from '${join(project, path)}';`);
      // The bundler writes its entry beside the folder, and looks for the SDK from there.
      await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
      await mkdir(join(folder, 'workflows'));
      await writeFile(
        join(folder, 'workflows', 'index.ts'),
        `${lines.join('\n')}\nexport async function planted() {}\n`,
      );
      const planted = await modulesOf(join(folder, 'workflows'));
      assert.equal(ofLibrary(planted, 'valibot').length, 1, planted.join('\n'));
      assert.equal(foreignOfOurs(planted).length, 1, planted.join('\n'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function modulesOf(folder?: string): Promise<string[]> {
  const bundle = await workflowBundle(folder);
  return namesOfModules('code' in bundle ? bundle.code : '');
}

/** The keys of the bundler's module table: `"./workflows/hub.ts": (function…`, or that path in a comment. */
function namesOfModules(code: string): string[] {
  const keys = code.matchAll(/^\/\*\*\*\/ "([^"\n]+)":?/gm);
  return [...new Set([...keys].map(([, name = '']) => name))];
}
