/** The licence of a Catalyst 8000V, on a router of the lab that has never had one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routerActivities } from '../../activities/router.ts';
import { createSecrets } from '../../activities/secrets.ts';
import { userKey, withRouter, type RouterFixture } from '../support/router.ts';
import { deviceRouter } from '../support/site-files.ts';
import { fakeArm } from './fake-arm.ts';
import { attempt, persist } from './support.ts';

async function withUnlicensed(use: (fixture: RouterFixture, deeds: Deeds) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-licence-'));
  writeFileSync(join(folder, 'id_rsa'), userKey, { mode: 0o600 });
  const { deps } = fakeArm(() => ({ body: {} }));
  const act = routerActivities({ ...deps, secrets: createSecrets({ env: {}, home: folder }) });
  try {
    await withRouter(
      async (fixture) => {
        const ssh = { ...deviceRouter.ssh, host: null, port: fixture.router.port, privateKey: { file: '~/id_rsa' } };
        await use(fixture, { act, access: { host: '127.0.0.1', ssh, expectedHostname: 'router210', hostKey: null } });
      },
      { release: '17.15', vmId: '/subscriptions/0/router210' },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Deeds {
  readonly act: ReturnType<typeof routerActivities>;
  readonly access: Parameters<ReturnType<typeof routerActivities>['awaitRouter']>[0]['access'];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

describe('the licence level of a router', function () {
  this.timeout(60_000);

  it('is set, saved and reloaded into effect, with one reload whatever happens in between', async () => {
    await withUnlicensed(async ({ router }, { act, access }) => {
      const { result: found } = await persist(act.awaitRouter, { access });
      assert.equal(found.needsLicence, true);
      const request = { access, mayReload: true };
      const first = await attempt(act.ensureLicence, request);
      assert.match(messageOf(first.error), /waits for the reload|cannot be read/);
      assert.equal(router.running, false);
      // Asked again while it is down: it waits, and sends nothing.
      const second = await attempt(act.ensureLicence, request, { kept: first.kept, attempt: 2 });
      assert.match(messageOf(second.error), /cannot be read/);
      router.advanceSeconds(300);
      const third = await attempt(act.ensureLicence, request, { kept: second.kept, attempt: 3 });
      assert.deepEqual(third.result, { detail: 'in effect since the reload' });
      const { result: after } = await persist(act.awaitRouter, { access });
      assert.equal(after.needsLicence, false);
      assert.deepEqual((await persist(act.ensureLicence, request)).result, { detail: 'in effect' });
    });
  });

  it('is left to its owner where the router may not be reloaded: the lines are shown, and none is sent', async () => {
    await withUnlicensed(async ({ router }, { act, access }) => {
      const { error } = await attempt(act.ensureLicence, { access, mayReload: false });
      assert.match(messageOf(error), /has no licence level that includes IPsec, which Sitelink does not reload/);
      assert.match(
        messageOf(error),
        /license boot level network-advantage addon dna-advantage, end, write memory, reload/,
      );
      assert.equal(router.running, true);
      assert.doesNotMatch(router.inventory().runningConfig, /license boot level/);
    });
  });

  it('that a reload has not brought is said, and not tried again', async () => {
    await withUnlicensed(async (_fixture, { act, access }) => {
      const kept = (agoMs: number) => ({ choice: String(Date.now() - agoMs), puts: 0, since: Date.now() - agoMs });
      const soon = await attempt(act.ensureLicence, { access, mayReload: true }, { kept: kept(1_000), attempt: 2 });
      assert.match(messageOf(soon.error), /waits for the reload/);
      const late = await attempt(act.ensureLicence, { access, mayReload: true }, { kept: kept(300_000), attempt: 2 });
      assert.match(messageOf(late.error), /although it was reloaded with the level set/);
    });
  });
});
