import assert from 'node:assert/strict';
import type { Flow } from '../../../lab/ports.ts';
import { type Interface, judge } from '../../../lab/arm/cloud/judge.ts';
import type { Resource } from '../../../lab/arm/store/store.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { makeAddress, makeConnection, makeNetwork, makeNic, network, put } from './support.ts';

interface Rule {
  readonly access: 'Allow' | 'Deny';
  readonly priority: number;
  readonly protocol?: string;
  readonly source?: string | readonly string[];
  readonly sourcePort?: string;
  readonly ports?: string | readonly string[];
  readonly direction?: 'Inbound' | 'Outbound';
  readonly destination?: string;
}

function group(name: string, rules: readonly Rule[]): Resource {
  const securityRules = rules.map((rule) => ({
    name: `r${rule.priority}`,
    properties: {
      access: rule.access,
      priority: rule.priority,
      direction: rule.direction ?? 'Inbound',
      protocol: rule.protocol ?? '*',
      ...(typeof rule.source === 'object'
        ? { sourceAddressPrefixes: [...rule.source] }
        : { sourceAddressPrefix: rule.source ?? '*' }),
      sourcePortRange: rule.sourcePort ?? '*',
      destinationAddressPrefix: rule.destination ?? '*',
      ...(typeof rule.ports === 'object'
        ? { destinationPortRanges: [...rule.ports] }
        : { destinationPortRange: rule.ports ?? '*' }),
    },
  }));
  return {
    id: name,
    type: 'Microsoft.Network/networkSecurityGroups',
    name,
    generation: 1,
    state: 'Succeeded',
    body: { properties: { securityRules } },
    hidden: {},
    revision: 1,
  };
}

const open: Interface = {
  privateAddress: '10.1.1.4',
  hasStandardAddress: true,
  virtualNetwork: ['10.1.0.0/16', '172.20.0.0/16'],
  subnetGroup: undefined,
  nicGroup: undefined,
};
const ssh: Flow = { direction: 'Inbound', protocol: 'Tcp', remoteAddress: '198.51.100.10', port: 22 };
const ike: Flow = { direction: 'Inbound', protocol: 'Udp', remoteAddress: '20.40.1.1', port: 500 };
const echo: Flow = { direction: 'Inbound', protocol: 'Icmp', remoteAddress: '172.20.100.100', port: 0 };
const nic = (...rules: readonly Rule[]): Interface => ({ ...open, nicGroup: group('nic', rules) });

const cases: readonly [string, Flow, Interface, boolean, string][] = [
  ['nothing from outside reaches a Standard address without a group', ssh, open, false, 'no network security group'],
  ['a site behind the gateway is inside', echo, open, true, 'no network security group'],
  ['without a group everything goes out', { ...ssh, direction: 'Outbound' }, open, true, 'no network security group'],
  [
    'a Basic address without a group is open',
    ssh,
    { ...open, hasStandardAddress: false },
    true,
    'no network security group',
  ],
  ['an empty group denies what comes from outside', ssh, nic(), false, 'nic/DenyAllInBound'],
  ['an empty group lets the virtual network in', echo, nic(), true, 'nic/AllowVnetInBound'],
  [
    'an empty group lets Azure’s probes in',
    { ...ssh, remoteAddress: '168.63.129.16' },
    nic(),
    true,
    'nic/AllowVnetInBound',
  ],
  [
    'an empty group lets everything out to the Internet',
    { ...ike, direction: 'Outbound' },
    nic(),
    true,
    'nic/AllowInternetOutBound',
  ],
  [
    'an empty group denies what is neither',
    { ...ike, direction: 'Outbound', remoteAddress: '192.168.9.9' },
    nic(),
    false,
    'nic/DenyAllOutBound',
  ],
  [
    'a rule for the address allows',
    ssh,
    nic({ access: 'Allow', priority: 100, protocol: 'Tcp', source: '198.51.100.10/32', ports: '22' }),
    true,
    'nic/r100',
  ],
  [
    'a rule for another address does not',
    ssh,
    nic({ access: 'Allow', priority: 100, source: '198.51.100.11' }),
    false,
    'nic/DenyAllInBound',
  ],
  [
    'a rule for another protocol does not',
    ssh,
    nic({ access: 'Allow', priority: 100, protocol: 'Udp' }),
    false,
    'nic/DenyAllInBound',
  ],
  [
    'a rule for another port does not',
    ssh,
    nic({ access: 'Allow', priority: 100, ports: ['500', '4500'] }),
    false,
    'nic/DenyAllInBound',
  ],
  [
    'a range of ports covers what is in it',
    ike,
    nic({ access: 'Allow', priority: 100, ports: ['400-600'] }),
    true,
    'nic/r100',
  ],
  [
    'one of several sources is enough',
    ike,
    nic({ access: 'Allow', priority: 100, source: ['20.40.1.1', '20.40.1.2'] }),
    true,
    'nic/r100',
  ],
  [
    'the lower priority number decides',
    ssh,
    nic({ access: 'Allow', priority: 200 }, { access: 'Deny', priority: 100 }),
    false,
    'nic/r100',
  ],
  [
    'IKE comes from the port it goes to',
    ike,
    nic({ access: 'Allow', priority: 100, sourcePort: '500' }),
    true,
    'nic/r100',
  ],
  [
    'the source port of others is chosen by chance',
    ssh,
    nic({ access: 'Allow', priority: 100, sourcePort: '22' }),
    false,
    'nic/DenyAllInBound',
  ],
  [
    'the destination inbound is the private address',
    ssh,
    nic({ access: 'Allow', priority: 100, destination: '10.1.1.4/32' }),
    true,
    'nic/r100',
  ],
  [
    'a tag covers Azure’s addresses',
    ike,
    nic({ access: 'Allow', priority: 100, source: 'AzureCloud' }),
    true,
    'nic/r100',
  ],
  [
    'the Internet is what is outside',
    ssh,
    nic({ access: 'Allow', priority: 100, source: 'Internet' }),
    true,
    'nic/r100',
  ],
  [
    'an unknown tag covers nothing',
    ssh,
    nic({ access: 'Allow', priority: 100, source: 'Storage' }),
    false,
    'nic/DenyAllInBound',
  ],
  [
    'ports do not matter to ESP',
    { ...ike, protocol: 'Esp', port: 0 },
    nic({ access: 'Allow', priority: 100, ports: '22' }),
    true,
    'nic/r100',
  ],
  [
    'inbound the subnet’s group is asked too, and first',
    ssh,
    { ...nic({ access: 'Allow', priority: 100 }), subnetGroup: group('subnet', []) },
    false,
    'subnet/DenyAllInBound',
  ],
  [
    'both must allow',
    ssh,
    { ...nic({ access: 'Allow', priority: 100 }), subnetGroup: group('subnet', [{ access: 'Allow', priority: 300 }]) },
    true,
    'nic/r100',
  ],
];

describe('network security groups of the lab’s Azure', () => {
  for (const [what, flow, at, allowed, rule] of cases) {
    it(what, () => {
      assert.deepEqual(judge(flow, at), { allowed, rule });
    });
  }

  describe('at a NIC', () => {
    let lab: ArmFixture;
    before(async () => {
      lab = await openArm();
      await makeNetwork(lab, 'G');
    });
    after(() => lab.close());

    it('follow the groups of the NIC and of its subnet as they are, and tell of changes', async () => {
      const path = await makeNic(lab, 'G', 'nic', { address: await makeAddress(lab, 'G', 'ip') });
      let changes = 0;
      const stop = lab.arm.cloud.onChange(() => {
        changes += 1;
      });
      assert.deepEqual(lab.arm.cloud.judge(path, ssh), { allowed: false, rule: 'no network security group' });
      const nsg = `${network('G')}/networkSecurityGroups/nsg`;
      const rule = {
        access: 'Allow',
        priority: 100,
        direction: 'Inbound',
        protocol: 'Tcp',
        sourceAddressPrefix: '*',
        sourcePortRange: '*',
        destinationAddressPrefix: '*',
        destinationPortRange: '22',
      };
      await put(lab, nsg, {
        location: 'japaneast',
        properties: { securityRules: [{ name: 'ssh', properties: rule }] },
      });
      await put(lab, `${network('G')}/virtualNetworks/vnet/subnets/one`, {
        properties: { addressPrefix: '10.1.1.0/24', networkSecurityGroup: { id: nsg } },
      });
      assert.deepEqual(lab.arm.cloud.judge(path.toUpperCase(), ssh), { allowed: true, rule: 'nsg/ssh' });
      assert.ok(changes > 0);
      stop();
      assert.equal(lab.arm.cloud.judge(`${path}x`, ssh).allowed, false);
    });

    it('count the site’s prefixes as inside once a connection reaches them', async () => {
      const path = await makeNic(lab, 'G', 'nic2');
      const far: Flow = { direction: 'Inbound', protocol: 'Icmp', remoteAddress: '172.20.1.1', port: 0 };
      assert.equal(lab.arm.cloud.judge(path, far).rule, 'nsg/DenyAllInBound');
      await makeConnection(lab, 'G');
      assert.equal(lab.arm.cloud.judge(path, far).rule, 'nsg/AllowVnetInBound');
    });
  });
});
