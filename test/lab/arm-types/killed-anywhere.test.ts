import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { withFolderAsync } from '../../support/folder.ts';
import { ask, deployment, group, network } from '../arm-deployments/support.ts';
import { dataplane } from './dataplane.ts';
import { buildHub, buildProbe, paths } from './samples.ts';
import { type Bench, bench } from './world.ts';

const chain: JsonObject = {
  resources: [network('v'), group('g', { dependsOn: ['Microsoft.Network/virtualNetworks/v'] })],
};

const groupPath = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/East';

/** Lets scripts run and time pass. */
async function go(one: Bench, seconds: number): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await turn();
  one.pass(seconds);
}

/** All that takes its time: a hub, a key, a template, commands, and at last the group, while some of it is under way. */
async function play(one: Bench): Promise<void> {
  one.setDataplane(dataplane());
  buildHub(one);
  buildProbe(one);
  ask(one, 'PUT', 'main', deployment(chain));
  for (let round = 0; round < 4; round += 1) await go(one, 20);
  one.act(paths.vm, 'runCommand', { commandId: 'RunShellScript', script: ['ping -c 1 172.20.100.100'] });
  one.act(paths.connection, 'sharedkey', { value: 'another' }, 'PUT');
  one.world.store.commit();
  for (let round = 0; round < 3; round += 1) await go(one, 15);
  one.remove(paths.connection);
  one.world.store.commit();
  ask(one, 'PUT', 'late', deployment(chain));
  one.act(paths.vm, 'runCommand', { commandId: 'RunShellScript', script: ['echo late'] });
  one.ask('DELETE', 'resourceGroups/East');
  one.world.store.commit();
  for (let round = 0; round < 60; round += 1) await go(one, 60);
}

const unfinished = (one: Bench): unknown[] => [
  ...one.world.operations.all().filter(({ status }) => status === 'InProgress'),
  ...[...one.world.store.all()].filter(({ state }) => ['Updating', 'Creating', 'Deleting'].includes(state)),
];

describe('a lab’s Azure that was killed, whatever it was doing', function () {
  this.timeout(120_000);

  it('ends everything that was under way, after any of its transactions and in the middle of each', async () => {
    await withFolderAsync(async (folder) => {
      const first = join(folder, 'first');
      mkdirSync(first);
      const whole = bench('2026', first);
      await play(whole);
      assert.equal(whole.world.store.get(groupPath), undefined);
      const lines = readFileSync(join(first, 'state.journal'), 'utf8').trimEnd().split('\n');
      whole.close();
      assert.ok(lines.length > 30, `${lines.length}`);
      for (let kept = 1; kept < lines.length; kept += 1) {
        const next = join(folder, `after-${kept}`);
        mkdirSync(next);
        const torn = (lines[kept] ?? '').slice(0, (kept * 37) % (lines[kept] ?? '').length);
        writeFileSync(join(next, 'state.journal'), `${lines.slice(0, kept).join('\n')}\n${torn}`);
        const one = bench('2026', next);
        const going = one.world.store.get(groupPath)?.state === 'Deleting';
        try {
          one.setDataplane(dataplane());
          for (let round = 0; round < 80 && (round < 3 || unfinished(one).length > 0); round += 1) await go(one, 600);
          assert.deepEqual(unfinished(one), [], `after ${kept} of ${lines.length} transactions`);
          if (going) assert.equal(one.world.store.inGroup(groupPath).length, 0, `after ${kept} transactions`);
          if (going) assert.equal(one.world.store.get(groupPath), undefined, `after ${kept} transactions`);
        } finally {
          one.close();
        }
      }
    });
  });
});
