import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { workflowBundle } from '../support/workflow-bundle.ts';

/** Folders of ours that a workflow may not reach: they do I/O, or hold what does. */
const foreign = ['adapters', 'activities', 'lab', 'client', 'worker'];

describe('the bundle of the workflows', function () {
  this.timeout(120_000);
  let modules: string[];

  before(async () => {
    const bundle = await workflowBundle();
    assert.ok('code' in bundle);
    modules = namesOfModules(bundle.code);
  });

  it('is looked into with names that are there', () => {
    assert.ok(
      modules.some((name) => name.includes('/workflows/hub.ts')),
      modules.slice(0, 20).join('\n'),
    );
    assert.ok(modules.some((name) => name.includes('/domain/evidence.ts')));
  });

  it('has no module of Node, except the assert that the SDK brings itself', () => {
    const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const found = modules.filter((name) =>
      builtins.has(name.replace(/^external (?:commonjs )?/, '').replaceAll('"', '')),
    );
    assert.deepEqual(found, []);
  });

  for (const library of ['valibot', '@azure', 'ssh2', 'hono', 'yaml', 'execa']) {
    it(`has nothing of ${library}`, () => {
      assert.deepEqual(
        modules.filter((name) => name.includes(`node_modules/${library}/`)),
        [],
      );
    });
  }

  it('has nothing of ours but workflows and domain', () => {
    const reached = foreign.flatMap((folder) =>
      modules.filter((name) => name.startsWith(`./${folder}/`) || name.includes(`/main/${folder}/`)),
    );
    assert.deepEqual(reached, []);
  });
});

/** The keys of the bundler's module table: `"./workflows/hub.ts": (function…`, or that path in a comment. */
function namesOfModules(code: string): string[] {
  const keys = code.matchAll(/^\/\*\*\*\/ "([^"\n]+)":?/gm);
  return [...new Set([...keys].map(([, name = '']) => name))];
}
