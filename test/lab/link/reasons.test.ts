import assert from 'node:assert/strict';
import type { Site } from './bench.ts';
import { Bench, CONNECTION, connection, deviceSite, face, first, keyPeer, profile, seedSite, tunnel } from './bench.ts';

interface Case {
  readonly when: string;
  readonly change: (site: Site) => void;
  readonly reason: RegExp;
  /** Default `down`: after a while of trying. */
  readonly state?: 'down' | 'negotiating';
}

const atTheRouter: Case[] = [
  {
    when: 'the tunnel source was not rewritten behind NAT',
    change: (site) => (tunnel(site).source = '20.210.140.4'),
    reason: /source 20\.210\.140\.4 of Tunnel11 is not an address of router210.*behind NAT it must be the private/,
  },
  {
    when: 'the policy was not rewritten behind NAT',
    change: (site) => (first(site.crypto.policies).matchAddressLocal = ['20.210.140.4']),
    reason: /No IKEv2 policy of router210 matches .*172\.20\.10\.210: Policy matches 20\.210\.140\.4/,
  },
  {
    when: 'the profile was not rewritten behind NAT',
    change: (site) => (profile(site).matchAddressLocal = ['20.210.140.4']),
    reason: /profile Profile .* matches the local address 20\.210\.140\.4, but IKE is sent from 172\.20\.10\.210/,
  },
  {
    when: 'the tunnel has no source',
    change: (site) => (tunnel(site).source = null),
    reason: /Tunnel11 of router210 has no tunnel source/,
  },
  {
    when: 'the tunnel has no destination',
    change: (site) => (tunnel(site).destination = null),
    reason: /No router has a protected tunnel from 20\.210\.140\.4 to 20\.210\.93\.46/,
  },
  {
    when: 'the tunnel is shut down',
    change: (site) => (face(site, 'Tunnel11').adminUp = false),
    reason: /Tunnel11 of router210 is shut down; give it "no shutdown"/,
  },
  {
    when: 'the interface of the source is shut down',
    change: (site) => (face(site, 'GigabitEthernet1').adminUp = false),
    reason: /source 172\.20\.10\.210 of router210 is on GigabitEthernet1, which is shut down/,
  },
  {
    when: 'the source interface has no address',
    change: (site) => {
      tunnel(site).source = 'GigabitEthernet1';
      face(site, 'GigabitEthernet1').address = null;
    },
    reason: /The tunnel source GigabitEthernet1 of router210 has no address/,
  },
  {
    when: 'there is no route to the gateway',
    change: (site) => (site.routes = site.routes.filter((one) => one.prefix !== '0.0.0.0/0')),
    reason: /no route to the tunnel destination 20\.210\.93\.46/,
  },
  {
    when: 'the route to the gateway leads into the tunnel',
    change: (site) =>
      site.routes.push({ prefix: '20.210.93.46/32', source: 'S', nextHop: null, interface: 'Tunnel11' }),
    reason: /recursive routing/,
  },
  {
    when: 'the IPsec profile does not exist',
    change: (site) => (tunnel(site).protectionProfile = 'Other'),
    reason: /Other/,
  },
  {
    when: 'the IPsec profile names no IKEv2 profile',
    change: (site) => (first(site.crypto.ipsecProfiles).ikev2Profile = null),
    reason: /IPsec profile Ipsec of router210 names the IKEv2 profile \(none\), which does not exist/,
  },
  {
    when: 'the transform set does not exist',
    change: (site) => (first(site.crypto.ipsecProfiles).transformSets = ['Gone']),
    reason: /names the transform set Gone, which does not exist/,
  },
  {
    when: 'the keyring does not exist',
    change: (site) => (profile(site).keyring = 'Gone'),
    reason: /names the keyring Gone, which does not exist/,
  },
  {
    when: 'the keyring has no peer with the address of the gateway',
    change: (site) => (keyPeer(site).address = '20.210.93.47'),
    reason: /has no peer with the address 20\.210\.93\.46, only 20\.210\.93\.47/,
  },
  {
    when: 'the keyring has no key',
    change: (site) => (keyPeer(site).localKey = null),
    reason: /has no pre-shared key/,
  },
  {
    when: 'the profile authenticates by signature',
    change: (site) => (profile(site).authenticationRemote = 'rsa-sig'),
    reason: /authenticates the remote end by rsa-sig, the connection by pre-share/,
  },
  {
    when: 'the proposal of the policy is incomplete',
    change: (site) => (first(site.crypto.proposals).groups = []),
    reason: /The IKEv2 policy Policy of router210 has no complete proposal \(it names Prop\)/,
  },
  {
    when: 'the router is off',
    change: (site) => (site.running = false),
    reason: /No router has a protected tunnel|router210 is not running/,
  },
];

const betweenTheEnds: Case[] = [
  {
    when: 'the shared keys differ',
    change: (site) => (connection(site).sharedKey = 'another'),
    reason: /Failed to authenticate the IKE SA.*is not the shared key of the connection ConnectToSite01/,
  },
  {
    when: 'only the key that the router expects differs',
    change: (site) => (keyPeer(site).remoteKey = 'another'),
    reason: /Failed to authenticate/,
  },
  {
    when: 'no DH group of the router is accepted',
    change: (site) => (first(site.crypto.proposals).groups = [14]),
    reason: /No IKE proposal chosen: router210 offers .*DH group 14 .*accepts AES256\/SHA1\/DH group 2/,
  },
  {
    when: 'a custom policy of the connection wants what the router does not offer',
    change: (site) =>
      (connection(site).ipsecPolicy = {
        ikeEncryption: 'AES256',
        ikeIntegrity: 'SHA384',
        dhGroup: 'ECP384',
        ipsecEncryption: 'GCMAES256',
        ipsecIntegrity: 'GCMAES256',
        pfsGroup: 'None',
        saLifeTimeSeconds: 27_000,
        saDataSizeKilobytes: 102_400_000,
      }),
    reason: /accepts AES256\/SHA384\/DH group 20/,
  },
  {
    when: 'the router has no policy and its default one offers no DH group 2',
    change: (site) => (site.crypto.policies = []),
    reason: /No IKE proposal chosen.*IKEv2 policy default/,
  },
  {
    when: 'the profile expects another identity',
    change: (site) => (first(profile(site).matchIdentityRemoteAddress).address = '20.210.93.47'),
    reason: /IKEv2 profile not found: VnetGw identifies itself as 20\.210\.93\.46/,
  },
  {
    when: 'no transform set of the router is accepted',
    change: (site) => {
      const set = first(site.crypto.transformSets);
      set.encryption = 'esp-aes 192';
      set.integrity = 'esp-sha-hmac';
    },
    reason: /No ESP proposal chosen: router210 offers esp-aes 192 esp-sha-hmac/,
  },
  {
    when: 'the connection wants policy-based selectors',
    change: (site) => (connection(site).usePolicyBasedTrafficSelectors = true),
    reason: /Traffic selectors unacceptable/,
  },
  {
    when: 'the connection uses IKEv1',
    change: (site) => (connection(site).connectionProtocol = 'IKEv1'),
    reason: /uses IKEv1, Tunnel11 of router210 uses IKEv2/,
  },
];

const silent = 'negotiating';
const inAzure: Case[] = [
  {
    when: 'the gateway is not ready',
    change: (site) => (connection(site).gateway.provisioningState = 'Updating'),
    reason: /The gateway VnetGw is Updating, not Succeeded/,
    state: silent,
  },
  {
    when: 'the connection is not ready',
    change: (site) => (connection(site).provisioningState = 'Updating'),
    reason: /The connection ConnectToSite01 is Updating, not Succeeded/,
    state: silent,
  },
  {
    when: 'the local gateway has another address',
    change: (site) => (connection(site).localGateway.address = '20.210.140.5'),
    reason: /VnetGw sees IKE from 20\.210\.140\.4, but .*\(ConnectToSite01: 20\.210\.140\.5\)/,
    state: silent,
  },
  {
    when: 'the tunnel leads to another address',
    change: (site) => (tunnel(site).destination = '20.210.93.99'),
    reason: /No router has a protected tunnel from 20\.210\.140\.4 to 20\.210\.93\.46/,
  },
  {
    when: 'the security group lets no IKE out',
    change: (site) =>
      site.closed.push({ nic: 'router210-nic', direction: 'Outbound', protocol: 'Udp', rule: 'nsg/DenyUdp' }),
    reason: /UDP 500 to 20\.210\.93\.46 is closed at router210 by nsg\/DenyUdp/,
    state: silent,
  },
  {
    when: 'Azure must begin and the security group lets no IKE in',
    change: (site) => {
      connection(site).connectionMode = 'InitiatorOnly';
      site.closed.push({ nic: 'router210-nic', direction: 'Inbound', protocol: 'Udp', rule: 'nsg/DenyAllInbound' });
    },
    reason: /UDP 500 from 20\.210\.93\.46 is closed at router210 by nsg\/DenyAllInbound, and .* is InitiatorOnly/,
    state: silent,
  },
  {
    when: 'the network interface of the VM has another address',
    change: (site) => {
      for (const nic of site.vms.flatMap((vm) => vm.nics)) nic.privateAddress = '172.20.10.9';
    },
    reason: /Azure drops packets from 172\.20\.10\.210: the network interface of router210 has 172\.20\.10\.9/,
    state: silent,
  },
  {
    when: 'the VM has no public address',
    change: (site) => {
      for (const nic of site.vms.flatMap((vm) => vm.nics)) nic.publicAddress = null;
    },
    reason: /router210 \(172\.20\.10\.210\) has no public address/,
    state: silent,
  },
];

describe('a tunnel does not come up', () => {
  for (const { when, change, reason, state = 'down' } of [...atTheRouter, ...betweenTheEnds, ...inAzure]) {
    it(`when ${when}, and says so`, async () => {
      const site = seedSite();
      change(site);
      const bench = new Bench(site);
      bench.pass(10);
      assert.match(bench.record.reason, reason);
      assert.equal(bench.record.state, state);
      assert.equal(bench.link.lineUp('Tunnel11'), false);
      assert.equal(bench.dataplane.connection(CONNECTION).up, false);
      assert.deepEqual(
        (await bench.pingProbe(1)).map((one) => one.received),
        [false],
      );
      bench.dataplane.close();
    });
  }

  it('through a NAT that does not translate the source', () => {
    const site = deviceSite();
    site.publicAddress = '203.0.113.99';
    tunnel(site).source = 'Loopback100';
    site.crypto.policies = site.crypto.policies.map((one) => ({ ...one, matchAddressLocal: [] }));
    const bench = new Bench(site);
    bench.pass(5);
    assert.match(bench.link.reason('Tunnel11') ?? '', /which the NAT in front of it does not translate/);
    bench.dataplane.close();
  });

  it('from Azure through the NAT in front of a device', () => {
    const site = deviceSite();
    site.publicAddress = '203.0.113.99';
    connection(site).localGateway.address = '203.0.113.99';
    connection(site).connectionMode = 'InitiatorOnly';
    const bench = new Bench(site);
    bench.pass(5);
    assert.match(bench.record.reason, /InitiatorOnly, but the NAT in front of router210 \(203\.0\.113\.99\) lets/);
    bench.dataplane.close();
  });

  it('where there is no connection', () => {
    const bench = new Bench({ ...seedSite(), connections: [] });
    bench.pass(5);
    assert.match(bench.link.reason('Tunnel11') ?? '', /No VPN gateway with a connection answers at 20\.210\.93\.46/);
    assert.match(bench.dataplane.connection(CONNECTION).reason, /There is no connection/);
    bench.dataplane.close();
  });
});
