import assert from 'node:assert/strict';
import type { Site } from './bench.ts';
import { Bench, connection, face, first, seedSite } from './bench.ts';

const SPEAKER = '172.16.0.30';
const LOOPBACK = '172.20.255.1';

/** The seed's site with BGP instead of the static route: loopback source, /32 to Azure's speaker. */
function bgpSite(): Site {
  const site = seedSite();
  const { gateway, localGateway } = connection(site);
  gateway.bgp = { asn: 65_515, addresses: [SPEAKER] };
  localGateway.bgp = { asn: 65_010, peerAddress: LOOPBACK };
  localGateway.prefixes = [];
  connection(site).enableBgp = true;
  site.interfaces.push({
    name: 'Loopback11',
    kind: 'loopback',
    address: LOOPBACK,
    mask: '255.255.255.255',
    adminUp: true,
  });
  site.routes = site.routes.filter((one) => one.interface !== 'Tunnel11');
  site.routes.push(
    { prefix: `${SPEAKER}/32`, source: 'S', nextHop: null, interface: 'Tunnel11' },
    { prefix: `${LOOPBACK}/32`, source: 'C', nextHop: null, interface: 'Loopback11' },
  );
  site.bgp = {
    as: 65_010,
    neighbors: [
      {
        address: SPEAKER,
        remoteAs: 65_515,
        hops: 255,
        updateSource: 'Loopback11',
        shutdown: false,
        hasPassword: false,
      },
    ],
    networks: ['172.20.100.0/24'],
    redistribute: [],
    maximumPaths: 1,
  };
  return site;
}

const neighbor = (site: Site) => first(site.bgp?.neighbors ?? []);

function benchOf(site: Site): Bench {
  const bench = new Bench(site);
  bench.pass(10);
  return bench;
}

describe('BGP over a tunnel', () => {
  it('is established once the tunnel is up, brings routes both ways, and traffic follows them', async () => {
    const bench = benchOf(bgpSite());
    const [peer] = bench.link.bgpPeers();
    assert.equal(peer?.state, 'Established', peer?.reason ?? 'no peer');
    assert.equal(peer.reason, null);
    assert.equal(peer.since !== null && peer.since <= bench.router.now(), true, String(peer.since));
    assert.deepEqual(peer.prefixes, [{ prefix: '172.16.0.0/16', asPath: [65_515], best: true }]);
    const there = await bench.pingProbe(2);
    const back = await bench.pingRouter(2);
    assert.deepEqual(
      [...there, ...back].map(({ received }) => received),
      [true, true, true, true],
    );
    bench.dataplane.close();
  });

  it('hears of the sites behind the other connections of the gateway', () => {
    const site = bgpSite();
    const other = structuredClone(connection(site));
    other.id = `${other.id}-other`;
    other.localGateway = { ...other.localGateway, id: 'Site02', address: '203.0.113.99', prefixes: ['10.9.0.0/16'] };
    site.connections.push(other);
    const bench = benchOf(site);
    assert.deepEqual(
      bench.link.bgpPeers()[0]?.prefixes.map(({ prefix }) => prefix),
      ['172.16.0.0/16', '10.9.0.0/16'],
    );
    bench.dataplane.close();
  });

  it('announces what is redistributed, and nothing that the routing table does not have', async () => {
    const site = bgpSite();
    if (site.bgp) Object.assign(site.bgp, { networks: ['172.20.77.0/24'] });
    const bench = benchOf(site);
    assert.equal((await bench.pingRouter(1))[0]?.received, false, 'its network is not announced');
    bench.change(({ bgp }) => Object.assign(bgp ?? {}, { redistribute: ['connected'] }));
    bench.pass(1);
    assert.equal((await bench.pingRouter(1))[0]?.received, true, 'now it is');
    bench.dataplane.close();
  });

  it('falls with the tunnel, and says since when', async () => {
    const bench = benchOf(bgpSite());
    bench.change((site) => (face(site, 'Tunnel11').adminUp = false));
    const [down] = bench.link.bgpPeers();
    assert.equal(down?.state, 'Active', 'its packets leave by the default route now');
    assert.equal(down.since, bench.router.now());
    assert.deepEqual(down.prefixes, []);
    bench.change((site) => (face(site, 'Tunnel11').adminUp = true));
    bench.pass(10);
    assert.equal(bench.link.bgpPeers()[0]?.state, 'Established');
    bench.dataplane.close();
  });

  const wrong: [what: string, change: (site: Site) => void, state: string, reason: RegExp][] = [
    ['the neighbor is shut down', (site) => (neighbor(site).shutdown = true), 'Idle (Admin)', /is shut down/],
    [
      'there is no route to the neighbor',
      (site) =>
        (site.routes = site.routes.filter(({ prefix }) => prefix !== `${SPEAKER}/32` && prefix !== '0.0.0.0/0')),
      'Idle',
      /no route to its BGP neighbor/,
    ],
    ['there is no ebgp-multihop', (site) => (neighbor(site).hops = 1), 'Idle', /no ebgp-multihop/],
    [
      'the route leads elsewhere',
      (site) => (site.routes = site.routes.filter(({ prefix }) => prefix !== `${SPEAKER}/32`)),
      'Active',
      /Nobody at 172\.16\.0\.30, out of GigabitEthernet1/,
    ],
    ['the connection has no BGP', (site) => (connection(site).enableBgp = false), 'Active', /enableBgp false/],
    ['the gateway has no BGP', (site) => (connection(site).gateway.bgp = null), 'Active', /speaks no BGP/],
    [
      'the gateway speaks at another address',
      (site) => (connection(site).gateway.bgp = { asn: 65_515, addresses: ['172.16.0.29'] }),
      'Active',
      /speaks BGP at 172\.16\.0\.29, not at/,
    ],
    ['the AS of the gateway is another', (site) => (neighbor(site).remoteAs = 65_000), 'Active', /is AS 65515, the/],
    ['the local gateway has no BGP', (site) => (connection(site).localGateway.bgp = null), 'Active', /no bgpSettings/],
    ['the AS of the site is another', (site) => Object.assign(site.bgp ?? {}, { as: 65_011 }), 'Active', /is AS 65010/],
    [
      'it comes from another address',
      (site) => (neighbor(site).updateSource = 'Loopback100'),
      'Active',
      /expects BGP from 172\.20\.255\.1, the router sends from 172\.20\.100\.100/,
    ],
    ['it has a password', (site) => (neighbor(site).hasPassword = true), 'Active', /no password for BGP/],
    [
      'the tunnel is in GRE mode',
      (site) => (first(site.crypto.tunnels).mode = 'gre ip'),
      'Active',
      /carries no traffic/,
    ],
    [
      'the tunnel cannot be agreed on',
      (site) => (connection(site).sharedKey = 'another'),
      'Active',
      /Nobody at .*, out of GigabitEthernet1/,
    ],
  ];
  for (const [what, change, state, reason] of wrong) {
    it(`is ${state} while ${what}`, () => {
      const site = bgpSite();
      change(site);
      const bench = benchOf(site);
      const [peer] = bench.link.bgpPeers();
      assert.equal(peer?.state, state, peer?.reason ?? '');
      assert.match(peer.reason ?? '', reason);
      bench.dataplane.close();
    });
  }

  it('needs no multihop to an APIPA address on the network of the tunnel', () => {
    const site = bgpSite();
    const speaker = '169.254.21.2';
    connection(site).gateway.bgp = { asn: 65_515, addresses: [SPEAKER, speaker] };
    connection(site).localGateway.bgp = { asn: 65_010, peerAddress: '169.254.21.1' };
    Object.assign(face(site, 'Tunnel11'), { address: '169.254.21.1', mask: '255.255.255.252' });
    site.routes.push({ prefix: '169.254.21.0/30', source: 'C', nextHop: null, interface: 'Tunnel11' });
    Object.assign(neighbor(site), { address: speaker, hops: 1, updateSource: null });
    const bench = benchOf(site);
    assert.equal(bench.link.bgpPeers()[0]?.state, 'Established', bench.link.bgpPeers()[0]?.reason ?? '');
    bench.dataplane.close();
  });
});

describe('clear crypto', () => {
  it('clears the SAs of the peer that it names, and leaves the others', () => {
    const bench = benchOf(seedSite());
    const before = bench.link.ipsecSas()[0]?.inboundSpi;
    bench.link.clearIpsec({ remote: '198.51.100.77' });
    bench.link.clearIke({ remote: '198.51.100.77' });
    bench.link.clearIke({ local: '172.20.10.211' });
    assert.equal(bench.link.ipsecSas()[0]?.inboundSpi, before);
    assert.equal(bench.link.ikeSas()[0]?.status, 'READY');
    bench.link.clearIpsec({ remote: '20.210.93.46' });
    assert.notEqual(bench.link.ipsecSas()[0]?.inboundSpi, before);
    bench.link.clearIke({ local: '172.20.10.210', remote: '20.210.93.46' });
    assert.equal(bench.link.ikeSas()[0]?.status, 'DELETE');
    bench.dataplane.close();
  });

  it('sets counters to zero without touching the SAs', async () => {
    const bench = benchOf(seedSite());
    await bench.pingProbe(3);
    const [before] = bench.link.ipsecSas();
    assert.equal(before?.encaps, 3);
    bench.link.clearCounters();
    const [after] = bench.link.ipsecSas();
    assert.deepEqual([after?.encaps, after?.decaps, after?.inboundSpi], [0, 0, before.inboundSpi]);
    bench.dataplane.close();
  });
});
