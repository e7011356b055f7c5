/** The commands over runs, against the dev server with the real workflows and stand-in activities. */
import assert from 'node:assert/strict';
import { down } from '../../client/commands/down.ts';
import { resume, verify } from '../../client/commands/messages.ts';
import { status, watch } from '../../client/commands/status.ts';
import { up } from '../../client/commands/up.ts';
import { CommandFailed, WrongFile } from '../../client/failure.ts';
import { inSession, type Session } from '../../client/session.ts';
import { findTarget } from '../../client/target.ts';
import type { EvidenceDocument } from '../../domain/evidence.ts';
import { hubWorkflowId, siteWorkflowId, taskQueue } from '../../domain/names.ts';
import type { StatusDocument } from '../../domain/progress.ts';
import type { SiteFile } from '../../domain/spec.ts';
import { refused } from '../support/deed-failures.ts';
import { eventually, World } from '../support/deeds.ts';
import { deviceSite, seedFile, seedSite } from '../support/site-files.ts';
import { withDevServer } from '../support/temporal.ts';
import { bareEnv, recorded, sitelink, withFolder } from './sitelink.ts';

/** The seed under a hub of its own name, so that tests do not meet. */
function named(name: string, file: SiteFile = seedFile): SiteFile {
  return { ...file, hub: { ...file.hub, name } };
}

describe('the commands over runs', function () {
  this.timeout(120_000);
  const temporal = withDevServer();
  const folder = withFolder();

  const inTest = async <T>(
    work: (session: Session) => Promise<T>,
    { json = true, interrupt = new AbortController().signal } = {},
  ) => {
    const record = recorded(json);
    const env = { ...bareEnv(folder()), TEMPORAL_ADDRESS: temporal.address };
    const surroundings = { env, output: record.output, interrupt, demo: null };
    const result = await inSession(surroundings, work);
    return { result, ...record };
  };
  const startWorker = async (world = new World({ gatewayMinutes: 0 })) => {
    await temporal.startWorker({ activities: world.activities, taskQueue });
    return world;
  };

  it('build, show, verify and take down, each with its document', async () => {
    const world = await startWorker();
    const file = named('whole');
    const built = await inTest((session) => up(session, file));
    assert.equal(built.result, 0, built.err.text);
    const evidence = built.document() as EvidenceDocument;
    assert.equal(evidence.schema, 'sitelink.evidence/1');
    assert.equal(evidence.items.length, 18);
    assert.ok(evidence.items.every((item) => item.holds));
    assert.match(built.err.text, /Site Site01 of hub whole is connected/);
    assert.match(built.err.text, /Evidence of whole\/Site01: every row holds/);

    const again = await inTest((session) => up(session, file));
    assert.equal(again.result, 0, 'a second up attaches');

    const hub = await inTest((session) => status(session, { hub: 'whole', site: null }));
    const statuses = hub.document() as StatusDocument[];
    assert.deepEqual(
      statuses.map(({ kind, phase }) => [kind, phase]),
      [
        ['hub', 'connected'],
        ['site', 'connected'],
      ],
    );
    const all = await inTest((session) => status(session, null), { json: false });
    assert.match(all.out.text, /Hub whole {2}connected.*\n.*Site Site01 of hub whole {2}connected/);

    world.tunnelWorks = false;
    const worse = await inTest((session) => verify(session, { hub: 'whole', site: null }));
    assert.equal(worse.result, 4);
    assert.equal((worse.document() as EvidenceDocument).items.find((item) => item.row === 18)?.holds, false);
    world.tunnelWorks = true;
    const better = await inTest((session) => verify(session, { hub: 'whole', site: 'Site01' }), { json: false });
    assert.equal(better.result, 0);
    assert.match(better.out.text, / 18 . Ping from the router/);

    const gone = await inTest((session) => down(session, { hub: 'whole', site: null }, { detach: false }));
    assert.equal(gone.result, 0);
    const last = (gone.document() as EvidenceDocument).items.at(-1);
    assert.deepEqual([last?.row, last?.holds], [19, true]);
    assert.deepEqual(world.ours(), []);

    const twice = await inTest((session) => down(session, { hub: 'whole', site: null }, { detach: false }));
    assert.equal(twice.result, 0);
    assert.match(twice.err.text, /whole is gone/);
    const watched = await inTest((session) => watch(session, { hub: 'whole', site: null }));
    assert.equal(watched.result, 0);
    await assert.rejects(
      inTest((session) => verify(session, { hub: 'whole', site: 'Site01' })),
      /whole\/Site01 does not run any more/,
    );
  });

  it('refuse a file that differs from the one that runs, with the difference', async () => {
    await startWorker();
    const file = named('differing');
    await inTest((session) => up(session, file));
    const other: SiteFile = { ...file, hub: { ...file.hub, gateway: { ...file.hub.gateway, sku: 'VpnGw2AZ' } } };
    await assert.rejects(
      inTest((session) => up(session, other)),
      (error) => {
        assert.ok(error instanceof WrongFile);
        assert.equal(error.exitCode, 2);
        assert.match(error.details().join('\n'), /hub\.gateway\.sku: "VpnGw2AZ" differs from what runs: "VpnGw1AZ"/);
        return true;
      },
    );
    await inTest((session) => down(session, { hub: 'differing', site: null }, { detach: false }));
  });

  it('end with the worst of what preflight finds, and nothing is made', async () => {
    const world = await startWorker();
    const problem = { path: 'sites[0].connection.sharedKey', value: 'X', message: 'is not set', remedy: 'set it' };
    world.problems = [{ ...problem, kind: 'refused' }];
    const failing = async (name: string) => {
      try {
        await inTest((session) => up(session, named(name)));
      } catch (error) {
        return error as WrongFile;
      }
      return assert.fail('it went on');
    };
    const wrong = await failing('wrong-secret');
    assert.deepEqual([wrong.exitCode, wrong.problems.length], [2, 1]);
    world.problems = [{ ...problem, kind: 'unreachable' }];
    assert.equal((await failing('unreachable')).exitCode, 1);
    assert.deepEqual(world.ours(), []);
  });

  it('wait for a person, go on after resume, and finish', async () => {
    const world = await startWorker();
    world.fault('ensureVm router210', refused('no capacity for\nStandard_D2_v5'));
    const file = named('waiting');
    const stuck = await inTest((session) => up(session, file), { json: false });
    assert.equal(stuck.result, 3);
    assert.match(stuck.out.text, /waits for a person at "Router VM router210": no capacity for Standard_D2_v5/);
    assert.match(stuck.out.text, /sitelink resume waiting\/Site01/);
    const shown = await inTest((session) => status(session, { hub: 'waiting', site: 'Site01' }), { json: false });
    assert.equal(shown.result, 3);
    world.mend('ensureVm router210');
    const resumed = await inTest((session) => resume(session, { hub: 'waiting', site: null }));
    assert.equal(resumed.result, 0);
    assert.match(resumed.out.text, /1 step\(s\) go on/);
    assert.equal((await inTest((session) => up(session, file))).result, 0);
    const idle = await inTest((session) => resume(session, { hub: 'waiting', site: null }));
    assert.match(idle.err.text, /Nothing of waiting waits for a person/);
    const tooSoon = inTest((session) => down(session, { hub: 'waiting', site: 'Site01' }, { detach: true }));
    assert.match((await tooSoon).err.text, /goes on by itself/);
    await inTest((session) => watch(session, { hub: 'waiting', site: 'Site01' }));
    await inTest((session) => down(session, { hub: 'waiting', site: null }, { detach: false }));
  });

  it('say that a site which was taken down alone does not come back, show no evidence, and end with 1', async () => {
    await startWorker();
    const file = named('alone');
    await inTest((session) => up(session, file));
    const gone = await inTest((session) => down(session, { hub: 'alone', site: 'Site01' }, { detach: false }));
    assert.match(gone.err.text, /Evidence of alone\/Site01: every row held, and it is gone/);
    for (const json of [false, true]) {
      const again = await inTest((session) => up(session, file), { json });
      assert.equal(again.result, 1);
      assert.match(
        again.err.text,
        /^Site Site01 of hub alone was taken down alone; .* \(not built yet\): type `npx sitelink down alone`, then `up` again\.\n$/,
      );
      if (json) assert.match((again.document() as { message: string }).message, /taken down alone/);
      else assert.equal(again.out.text, '');
    }
    await inTest((session) => down(session, { hub: 'alone', site: null }, { detach: false }));
    const back = await inTest((session) => up(session, file));
    assert.equal(back.result, 0, back.err.text);
    await inTest((session) => down(session, { hub: 'alone', site: null }, { detach: false }));
  });

  it('list what a teardown leaves over, with exit code 4', async () => {
    const world = await startWorker();
    const file = named('leaving');
    await inTest((session) => up(session, file));
    for (const deed of ['removeResource VnetGw', 'removeResourceGroup ResourceGroupEast']) {
      world.fault(deed, refused('a lock is on it'));
    }
    const left = await inTest((session) => down(session, { hub: 'leaving', site: null }, { detach: false }));
    assert.equal(left.result, 4);
    assert.match(left.err.text, /Left over.*\n.*VnetGw: .*a lock is on it/);
    const evidence = left.document() as EvidenceDocument;
    assert.equal(evidence.items.find((item) => item.row === 19)?.holds, false);
    assert.ok(evidence.leftovers.length > 0);
    const later = await inTest((session) => down(session, { hub: 'leaving', site: null }, { detach: false }));
    assert.equal(later.result, 4, 'also when asked again');
  });

  it('detach from a run at Ctrl-C, which goes on', async () => {
    const world = await startWorker();
    const hold = world.hold('ensureVm router210');
    const interrupt = new AbortController();
    const file = named('detached');
    const running = inTest((session) => up(session, file), { interrupt: interrupt.signal });
    await hold.reached;
    interrupt.abort();
    const detached = await running;
    assert.equal(detached.result, 130);
    assert.match(detached.err.text, /Detached: it goes on/);
    hold.release();
    assert.equal((await inTest((session) => up(session, file))).result, 0);
    const stopped = new AbortController();
    stopped.abort();
    const leaving = await inTest((session) => down(session, { hub: 'detached', site: null }, { detach: false }), {
      interrupt: stopped.signal,
    });
    assert.equal(leaving.result, 130);
    await inTest((session) => down(session, { hub: 'detached', site: null }, { detach: false }));
  });

  it('give one document for each of several sites, and find a site by its name alone', async () => {
    await startWorker();
    const file = named('several', { ...seedFile, sites: [seedSite, deviceSite] });
    const built = await inTest((session) => up(session, file));
    assert.deepEqual(
      (built.document() as EvidenceDocument[]).map(({ site }) => site),
      ['Site01', 'Osaka'],
    );
    await inTest(async (session) => {
      const find = (name: string) => findTarget(session.temporal, name);
      assert.deepEqual(await find('several'), { hub: 'several', site: null });
      assert.deepEqual(await find('several/Osaka'), { hub: 'several', site: 'Osaka' });
      assert.deepEqual(await find('Osaka'), { hub: 'several', site: 'Osaka' });
      await assert.rejects(find('nowhere'), /Nothing is called nowhere .*several\/Osaka/);
      await assert.rejects(find('several/nowhere'), /Nothing is called several\/nowhere/);
      await assert.rejects(find('a/b/c'), (error) => error instanceof CommandFailed && error.exitCode === 2);
    });
    await inTest((session) => down(session, { hub: 'several', site: null }, { detach: false }));
  });

  it('say so when a run was ended from outside', async () => {
    await startWorker();
    const file = named('ended');
    await inTest((session) => up(session, file));
    await temporal.client.workflow.getHandle(siteWorkflowId('ended', 'Site01')).terminate('a test');
    const half = await inTest((session) => status(session, { hub: 'ended', site: null }));
    assert.equal(half.result, 1);
    assert.match(half.err.text, /ended\/Site01: its run ended as TERMINATED/);
    await temporal.client.workflow.getHandle(hubWorkflowId('ended')).terminate('a test');
    await assert.rejects(
      inTest((session) => watch(session, { hub: 'ended', site: null })),
      /ended as TERMINATED, without cleaning up/,
    );
  });

  it('need a worker, and say which queue has none; a teardown is recorded all the same', async () => {
    const env = { ...bareEnv(folder()), TEMPORAL_ADDRESS: temporal.address };
    const hub = await temporal.client.workflow.start('hub', {
      workflowId: hubWorkflowId('idle'),
      taskQueue: 'nobody-polls-this',
      args: [{ schema: 1, file: named('idle') }],
    });
    const shown = await sitelink(['status', 'idle'], env);
    assert.equal(shown.code, 1);
    assert.match(shown.stderr, /idle: it runs, but nobody answers\. No worker polls the task queue sitelink/);
    const removed = await sitelink(['down', 'idle', '--detach', '--output', 'json'], env);
    assert.equal(removed.code, 0);
    assert.match(removed.stderr, /The teardown of idle is recorded; no worker is answering/);
    assert.deepEqual(JSON.parse(removed.stdout), { schema: 'sitelink.teardown/1', name: 'idle', told: 'recorded' });
    const history = await hub.fetchHistory();
    assert.ok(
      history.events?.some((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'teardown'),
    );
    await hub.terminate('a test');
  });
});

describe('up against a Temporal server that nobody prepared', () => {
  const temporal = withDevServer({ searchAttributes: [] });
  const folder = withFolder();

  it('says that no worker polls, starts nothing, and ends with 1', async () => {
    const env = { ...bareEnv(folder()), TEMPORAL_ADDRESS: temporal.address };
    const ended = await sitelink(['up', 'examples/seed.yaml', '--output', 'json'], env);
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /No worker polls the task queue sitelink on 127\.0\.0\.1:\d+: start one with/);
    assert.equal((JSON.parse(ended.stdout) as { exitCode: number }).exitCode, 1);
  });

  it('prints the command that registers the search attributes, and goes on without', async () => {
    const world = new World({ gatewayMinutes: 0 });
    await temporal.startWorker({ activities: world.activities, taskQueue });
    const env = { ...bareEnv(folder()), TEMPORAL_ADDRESS: temporal.address };
    const surroundings = { env, demo: null, interrupt: new AbortController().signal };
    const { output, out } = recorded();
    const code = await inSession({ ...surroundings, output }, (session) => up(session, named('plain')));
    assert.equal(code, 0);
    assert.match(out.text, /temporal operator search-attribute create .*--name SitelinkHub --type Keyword/);
    const handle = temporal.client.workflow.getHandle(hubWorkflowId('plain'));
    await handle.signal('teardown');
    await eventually(async () => ((await handle.describe()).status.name === 'COMPLETED' ? true : undefined));
  });
});
