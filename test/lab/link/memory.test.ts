import assert from 'node:assert/strict';
import { Bench, CONNECTION, connection, established, face, first, keyPeer, seedSite, tunnel } from './bench.ts';

const statuses = (bench: Bench): string[] => bench.link.ikeSas().map((sa) => sa.status);
describe('the SAs of a tunnel', () => {
  it('are shown as IOS knows them', () => {
    const bench = established();
    const [ike] = bench.link.ikeSas();
    assert.deepEqual(
      { ...ike, localSpi: '', remoteSpi: '', activeSeconds: 0 },
      {
        tunnelId: 1,
        local: '172.20.10.210',
        localPort: 4500,
        remote: '20.210.93.46',
        remotePort: 4500,
        status: 'READY',
        encryption: 'AES-CBC',
        keySize: 256,
        prf: 'SHA1',
        hash: 'SHA96',
        dhGroup: 2,
        lifetimeSeconds: 28_800,
        activeSeconds: 0,
        localSpi: '',
        remoteSpi: '',
        localId: '172.20.10.210',
        remoteId: '20.210.93.46',
        nat: 'inside',
        initiator: true,
      },
    );
    const [esp] = bench.link.ipsecSas();
    assert.deepEqual(
      [esp?.interface, esp?.localIdent, esp?.remoteIdent, esp?.transform, esp?.udpEncapsulated, esp?.peerPort],
      ['Tunnel11', '0.0.0.0/0.0.0.0/0/0', '0.0.0.0/0.0.0.0/0/0', 'esp-gcm 256', true, 4500],
    );
    assert.match(esp?.inboundSpi ?? '', /^[0-9A-F]{8}$/);
    bench.dataplane.close();
  });

  it('are IN-NEG while the peer is silent', () => {
    const site = seedSite();
    connection(site).provisioningState = 'Updating';
    const bench = new Bench(site);
    bench.pass(5);
    assert.deepEqual(statuses(bench), ['IN-NEG']);
    bench.dataplane.close();
  });

  it('are renewed at their lifetimes, and counters go on', async () => {
    const bench = established();
    await bench.pingProbe(3);
    const [before] = bench.link.ipsecSas();
    bench.advanceRouter(3601);
    const [after] = bench.link.ipsecSas();
    assert.notEqual(after?.inboundSpi, before?.inboundSpi);
    assert.equal(after?.encaps, 3);
    bench.advanceRouter(28_800);
    assert.deepEqual(statuses(bench), ['READY']);
    assert.equal(bench.record.state, 'up');
    bench.dataplane.close();
  });

  it('outlive a changed key until the next negotiation', () => {
    const bench = established();
    bench.change((site) => (connection(site).sharedKey = 'another'));
    bench.pass(30);
    assert.equal(bench.record.state, 'up');
    bench.advanceRouter(28_801);
    bench.pass(5);
    assert.match(bench.record.reason, /Failed to authenticate/);
    assert.equal(bench.link.lineUp('Tunnel11'), false);
    bench.change((site) => Object.assign(keyPeer(site), { localKey: 'another', remoteKey: 'another' }));
    bench.pass(5);
    assert.equal(bench.record.state, 'up');
    bench.dataplane.close();
  });

  it('show a difference in PFS at the rekey', () => {
    const site = seedSite();
    first(site.crypto.ipsecProfiles).pfs = 'group2';
    const bench = new Bench(site);
    bench.pass(5);
    assert.equal(bench.record.state, 'up');
    bench.advanceRouter(3601);
    bench.pass(1);
    assert.match(bench.record.reason, /No ESP proposal chosen at the rekey: router210 wants PFS group 2/);
    assert.deepEqual(statuses(bench), ['READY'], 'the IKE SA stands');
    bench.dataplane.close();
  });

  it('show a changed proposal after they are cleared', () => {
    const bench = established();
    bench.change((site) => (first(site.crypto.transformSets).encryption = 'esp-aes 192'));
    assert.equal(bench.record.state, 'up');
    bench.link.clearIpsec();
    assert.match(bench.record.reason, /No ESP proposal chosen/);
    bench.link.clearIke();
    bench.pass(5);
    assert.match(bench.record.reason, /No ESP proposal chosen/);
    bench.dataplane.close();
  });

  it('are made anew when they are cleared; the old one is listed as DELETE for a moment', async () => {
    const bench = established();
    bench.link.clearIke();
    assert.equal(statuses(bench)[0], 'DELETE');
    assert.deepEqual(
      (await bench.pingProbe(1)).map((one) => one.received),
      [false],
      'the first packet is lost while the ends negotiate',
    );
    bench.pass(3);
    assert.deepEqual(statuses(bench), ['READY']);
    assert.equal((await bench.pingProbe(1)).filter((one) => one.received).length, 1);
    bench.dataplane.close();
  });

  const resets: [string, (bench: Bench) => void, RegExp][] = [
    ['the connection is reset', ({ site }) => (connection(site).epoch += 1), /established/],
    ['the gateway is reset', ({ site }) => (connection(site).gateway.epoch += 1), /established/],
    ['the tunnel gets another mode', ({ site }) => (tunnel(site).mode = 'gre ip'), /is in GRE mode.*tunnel mode ipsec/],
    ['the tunnel is shut', ({ site }) => (face(site, 'Tunnel11').adminUp = false), /is shut down/],
    ['the connection is being deleted', ({ site }) => (connection(site).provisioningState = 'Deleting'), /Deleting/],
    [
      'the gateway is being deleted',
      ({ site }) => (connection(site).gateway.provisioningState = 'Deleting'),
      /VnetGw is Deleting/,
    ],
    [
      'the local gateway gets another address',
      ({ site }) => (connection(site).localGateway.address = '9.9.9.9'),
      /other addresses/,
    ],
  ];
  for (const [when, change, reason] of resets) {
    it(`end at once when ${when}`, () => {
      const bench = established();
      const before = bench.link.ikeSas()[0]?.localSpi;
      bench.change(() => change(bench));
      const ready = bench.link.ikeSas().filter((sa) => sa.status === 'READY');
      assert.equal(ready.filter((sa) => sa.localSpi === before).length, 0);
      bench.pass(6);
      assert.match(bench.record.reason, reason);
      bench.dataplane.close();
    });
  }

  it('are gone with the connection, and its counters too', async () => {
    const bench = established();
    await bench.pingProbe(2);
    assert.equal(bench.dataplane.connection(CONNECTION).ingressBytes, 200);
    const [kept] = bench.site.connections.splice(0);
    bench.change(() => undefined);
    assert.deepEqual(bench.dataplane.inventory(), []);
    if (kept !== undefined) bench.site.connections.push(kept);
    bench.pass(6);
    assert.equal(bench.dataplane.connection(CONNECTION).ingressBytes, 0);
    bench.dataplane.close();
  });

  it('are gone with the lines of the tunnel', () => {
    const bench = established();
    bench.change((site) => (site.crypto.tunnels = []));
    assert.equal(bench.dataplane.connection(CONNECTION).up, false);
    assert.deepEqual(bench.link.ikeSas(), []);
    bench.dataplane.close();
  });
});

describe('dead-peer detection', () => {
  it('lets Azure hold the tunnel of a router without power for 45 s', () => {
    const bench = established();
    bench.change((site) => (site.running = false));
    bench.pass(40);
    const state = bench.dataplane.connection(CONNECTION);
    assert.equal(state.up, true);
    assert.match(state.reason, /the peer is silent: router210 is not running/);
    bench.pass(10);
    assert.equal(bench.dataplane.connection(CONNECTION).up, false);
    bench.change((site) => (site.running = true));
    bench.pass(5);
    assert.equal(bench.record.state, 'up');
    bench.dataplane.close();
  });

  it('lets the router hold SAs over a broken path for 35 s, and nothing passes', async () => {
    const bench = established();
    bench.change((site) => (face(site, 'GigabitEthernet1').adminUp = false));
    bench.pass(20);
    assert.deepEqual(statuses(bench), ['READY']);
    assert.match(bench.record.reason, /The SAs stand, but no packet passes: .*GigabitEthernet1, which is shut down/);
    assert.equal((await bench.pingProbe(1))[0]?.received, false);
    bench.pass(20);
    assert.deepEqual(statuses(bench), []);
    assert.equal(bench.dataplane.connection(CONNECTION).up, true, 'Azure has not noticed yet');
    bench.pass(10);
    assert.equal(bench.dataplane.connection(CONNECTION).up, false);
    bench.dataplane.close();
  });

  it('forgets a path that was broken for a moment only', async () => {
    const bench = established();
    bench.change((site) => (face(site, 'GigabitEthernet1').adminUp = false));
    bench.pass(5);
    bench.change((site) => (face(site, 'GigabitEthernet1').adminUp = true));
    assert.equal(bench.record.reason, 'established');
    assert.equal((await bench.pingProbe(1))[0]?.received, true);
    bench.dataplane.close();
  });

  it('is Azure’s alone where the router has none, with the time that the connection sets', () => {
    const site = seedSite();
    connection(site).dpdTimeoutSeconds = 20;
    for (const profile of site.crypto.profiles) profile.dpd = null;
    const bench = new Bench(site);
    bench.pass(5);
    bench.change(() => (face(site, 'GigabitEthernet1').adminUp = false));
    bench.pass(15);
    assert.equal(bench.dataplane.connection(CONNECTION).up, true);
    bench.pass(10);
    assert.equal(bench.dataplane.connection(CONNECTION).up, false);
    assert.deepEqual(statuses(bench), ['READY'], 'the router does not notice');
    bench.change(() => (face(site, 'GigabitEthernet1').adminUp = true));
    assert.equal(statuses(bench)[0], 'DELETE');
    bench.pass(5);
    assert.equal(bench.record.reason, 'established');
    bench.dataplane.close();
  });

  it('lets Azure hold the tunnel of a router that is taken away', () => {
    const bench = established();
    bench.dataplane.detach('router');
    assert.equal(bench.dataplane.connection(CONNECTION).up, true);
    bench.pass(50);
    assert.equal(bench.dataplane.connection(CONNECTION).up, false);
    assert.match(bench.record.reason, /No router has a protected tunnel/);
    bench.dataplane.close();
  });
});
