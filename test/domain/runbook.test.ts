/** The steps of a run against the table: which rows they give, what they wait for, and that the order works out. */
import assert from 'node:assert/strict';
import { hubSteps, siteSteps, type StepPlan } from '../../domain/runbook.ts';
import type { HubSpec, SiteSpec } from '../../domain/spec.ts';
import { deviceFile, deviceSite, seedHub, seedSite } from '../support/site-files.ts';

const noProbe = deviceFile.hub;

/** Id, row, what it waits for. */
const table = (steps: readonly StepPlan[]) => steps.map(({ id, row, after }) => [id, row, after.join(' + ')]);

/** What the hub gives a site, and in which of the hub's steps. */
const fromHub: Record<string, string> = {
  'hub group': 'group',
  'hub addresses': 'addresses',
  gateway: 'gateway',
  probe: 'probe',
};

/** Every step that has to be done before this one, over hub and site: `hub:gateway`, `site:push`. */
function before(hub: HubSpec, site: SiteSpec, key: string): Set<string> {
  const all = new Map<string, string[]>();
  for (const step of hubSteps(hub)) {
    all.set(
      `hub:${step.id}`,
      step.after.map((id) => `hub:${id}`),
    );
  }
  const own = siteSteps(site, hub);
  for (const step of own) {
    const named = step.after.map((id) => (own.some((other) => other.id === id) ? `site:${id}` : `hub:${fromHub[id]}`));
    all.set(`site:${step.id}`, named);
  }
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const other of all.get(id) ?? assert.fail(`${id} is no step`)) {
      if (found.has(other)) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(key);
  return found;
}

describe("the hub's steps", () => {
  const withoutProbe = [
    ['preflight', null, ''],
    ['group', 1, 'preflight'],
    ['network', 5, 'group'],
    ['addresses', 6, 'group'],
    ['gateway', 7, 'network + addresses'],
  ];
  it('are those of the seed', () =>
    assert.deepEqual(table(hubSteps(seedHub)), [...withoutProbe, ['probe', 15, 'network']]));
  it('have no probe where the file asks for none', () => assert.deepEqual(table(hubSteps(noProbe)), withoutProbe));
});

describe("the site's steps", () => {
  it('are those of the seed', () => {
    assert.deepEqual(table(siteSteps(seedSite, seedHub)), [
      ['group', 1, ''],
      ['network', 2, 'group'],
      ['address', null, 'group'],
      ['vm', 3, 'network + address + hub addresses'],
      ['router', 3, 'vm'],
      ['loopbacks', 4, 'router'],
      ['local-gateway', 8, 'address + hub group'],
      ['connection', 9, 'gateway + local-gateway'],
      ['script', 10, 'connection'],
      ['push', 12, 'script + router + probe'],
      ['facts', null, 'push'],
      ['associations', 13, 'facts'],
      ['routes', 16, 'connection + probe'],
      ['ping-probe', 17, 'associations + routes'],
      ['ping-router', 18, 'associations'],
      ['counters', 13, 'ping-router'],
      ['save', null, 'counters'],
      ['status', 14, 'save'],
    ]);
  });

  const short = [
    ['router', null, ''],
    ['local-gateway', 8, 'hub group'],
    ['connection', 9, 'gateway + local-gateway'],
    ['script', 10, 'connection'],
    ['push', 12, 'script + router'],
    ['facts', null, 'push'],
    ['associations', 13, 'facts'],
    ['ping-router', 18, 'associations'],
    ['counters', 13, 'ping-router'],
    ['save', null, 'counters'],
    ['status', 14, 'save'],
  ];
  it('make nothing in Azure but local gateway and connection for a device', () =>
    assert.deepEqual(table(siteSteps(deviceSite, noProbe)), short));
  it('measure nothing from a probe that the site does not ask for', () =>
    assert.deepEqual(table(siteSteps(deviceSite, seedHub)), short));
  it('measure nothing from a probe that the hub does not have', () => {
    const ids = siteSteps(seedSite, noProbe).map((step) => step.id);
    assert.deepEqual(
      ids.filter((id) => id === 'routes' || id === 'ping-probe'),
      [],
    );
  });
});

describe("the order of the issue's table", () => {
  /** Row, step, and the step that has to be done before. */
  const orders: [string, string, string][] = [
    ['nothing is made before preflight', 'hub:group', 'hub:preflight'],
    ["the gateway's address (6) comes before the NSG of the router VM (3)", 'site:vm', 'hub:addresses'],
    ["the router's address (3) comes before the local gateway (8)", 'site:local-gateway', 'site:address'],
    ['the gateway (7) comes before the connection (9)', 'site:connection', 'hub:gateway'],
    ['the local gateway (8) comes before the connection (9)', 'site:connection', 'site:local-gateway'],
    ['the connection (9) comes before the device script (10)', 'site:script', 'site:connection'],
    ['the connection (9) comes before the push (12)', 'site:push', 'site:connection'],
    ['the probe (15) comes before the push (12)', 'site:push', 'hub:probe'],
    ['the connection (9) comes before the routes (16)', 'site:routes', 'site:connection'],
    ['the probe (15) comes before the routes (16)', 'site:routes', 'hub:probe'],
    ['the push (12) comes before READY (13)', 'site:associations', 'site:push'],
    ['READY (13) comes before the ping from the probe (17)', 'site:ping-probe', 'site:associations'],
    ['the routes (16) come before the ping from the probe (17)', 'site:ping-probe', 'site:routes'],
    ['READY (13) comes before the ping from the router (18)', 'site:ping-router', 'site:associations'],
    ['the ping from the router (18) comes before the counters (13)', 'site:counters', 'site:ping-router'],
    ['the counters (13) come before the save', 'site:save', 'site:counters'],
    ['the save comes before the status (14)', 'site:status', 'site:save'],
  ];
  for (const [what, later, earlier] of orders) {
    it(what, () => assert.equal(before(seedHub, seedSite, later).has(earlier), true));
  }

  const beside: [string, string][] = [
    ['the probe (15) is made', 'hub:probe'],
    ['the router VM (3) is made', 'site:vm'],
    ['the loopbacks (4) are configured', 'site:loopbacks'],
    ['the local gateway (8) is made', 'site:local-gateway'],
  ];
  for (const [what, step] of beside) {
    it(`${what} beside the gateway`, () => assert.equal(before(seedHub, seedSite, step).has('hub:gateway'), false));
  }

  it('gives every row but 11, which is read with the script, and 19, which is the teardown', () => {
    const rows = new Set([...hubSteps(seedHub), ...siteSteps(seedSite, seedHub)].map((step) => step.row));
    rows.delete(null);
    const expected = Array.from({ length: 19 }, (_, index) => index + 1).filter((row) => row !== 11 && row !== 19);
    assert.deepEqual(
      [...rows].toSorted((a, b) => Number(a) - Number(b)),
      expected,
    );
  });
});

describe('the steps of every kind of file', () => {
  for (const [what, hub, site] of [
    ['the seed', seedHub, seedSite],
    ['a router VM without a probe', noProbe, seedSite],
    ['a device with a probe', seedHub, { ...deviceSite, verify: seedSite.verify }],
    ['a device without a probe', noProbe, deviceSite],
  ] as const) {
    it(`have ids of their own and wait only for what comes before them: ${what}`, () => {
      for (const steps of [hubSteps(hub), siteSteps(site, hub)]) {
        const known = new Set<string>(steps[0]?.id === 'preflight' ? [] : Object.keys(fromHub));
        for (const { id, after } of steps) {
          for (const other of after) assert.ok(known.has(other), `${id} waits for ${other}`);
          known.add(id);
        }
        assert.equal(new Set(steps.map((step) => step.id)).size, steps.length);
      }
    });

    it(`say what they do and how long Azure takes: ${what}`, () => {
      for (const { id, title, expectedSeconds } of [...hubSteps(hub), ...siteSteps(site, hub)]) {
        assert.match(title, /^[A-Z]\S+/, id);
        assert.ok(expectedSeconds.from > 0 && expectedSeconds.from < expectedSeconds.to, id);
      }
    });
  }

  it('give the gateway 20 to 45 minutes, and the status up to 15', () => {
    const steps = [...hubSteps(seedHub), ...siteSteps(seedSite, seedHub)];
    assert.deepEqual(steps.find((step) => step.id === 'gateway')?.expectedSeconds, { from: 1200, to: 2700 });
    assert.equal(steps.find((step) => step.id === 'status')?.expectedSeconds.to, 900);
  });

  it('are titled with the names of the file', () => {
    const publicIps = ['one', 'two'].map((name) => ({ name, zones: [] }));
    const titles = [
      ...hubSteps({ ...seedHub, gateway: { ...seedHub.gateway, publicIps } }),
      ...siteSteps(seedSite, seedHub),
      ...siteSteps(deviceSite, noProbe),
    ].map((step) => step.title);
    for (const title of [
      'Resource group ResourceGroupEast',
      'Network Vnet16 with GatewaySubnet',
      'Public address one, two',
      'VPN gateway VnetGw',
      'Probe linux010',
      'Resource group ResourceGroupWest',
      'Network Vnet20, Subnet10',
      'Router VM router210',
      'Loopbacks Loopback100, Loopback200',
      'Local gateway Site01',
      'Connection ConnectToSite01',
      'Router osaka-r1 answers on SSH',
    ]) {
      assert.ok(titles.includes(title), title);
    }
  });
});
