/** Names that follow from what they name, and whose a resource is by its tags. */
import assert from 'node:assert/strict';
import {
  groupId,
  hubWorkflowId,
  isOwned,
  lastName,
  ownershipTags,
  resourceId,
  searchAttributeNames,
  shortId,
  siteWorkflowId,
  subnetId,
  taskQueue,
  teardownUpdateId,
  workflowTypes,
} from '../../domain/names.ts';

const group = '/subscriptions/s/resourceGroups/G';

describe('the names that people and tools rely on', () => {
  const names: [string, unknown, unknown][] = [
    ['task queue', taskQueue, 'sitelink'],
    ['search attributes', searchAttributeNames, ['SitelinkHub', 'SitelinkSite', 'SitelinkPhase']],
    ['workflow types', workflowTypes, { hub: 'hub', site: 'site' }],
    ['id of a hub', hubWorkflowId('japan'), 'hub/japan'],
    ['id of a site', siteWorkflowId('japan', 'Site01'), 'site/japan/Site01'],
    ['update of a teardown', teardownUpdateId, 'teardown'],
    ['resource group', groupId('s', 'G'), group],
    ['network', resourceId(group, 'network', 'n'), `${group}/providers/Microsoft.Network/virtualNetworks/n`],
    ['public address', resourceId(group, 'publicIp', 'n'), `${group}/providers/Microsoft.Network/publicIPAddresses/n`],
    ['NSG', resourceId(group, 'securityGroup', 'n'), `${group}/providers/Microsoft.Network/networkSecurityGroups/n`],
    ['NIC', resourceId(group, 'nic', 'n'), `${group}/providers/Microsoft.Network/networkInterfaces/n`],
    ['gateway', resourceId(group, 'gateway', 'n'), `${group}/providers/Microsoft.Network/virtualNetworkGateways/n`],
    [
      'local gateway',
      resourceId(group, 'localGateway', 'n'),
      `${group}/providers/Microsoft.Network/localNetworkGateways/n`,
    ],
    ['connection', resourceId(group, 'connection', 'n'), `${group}/providers/Microsoft.Network/connections/n`],
    ['VM', resourceId(group, 'vm', 'n'), `${group}/providers/Microsoft.Compute/virtualMachines/n`],
    ['disk', resourceId(group, 'disk', 'n'), `${group}/providers/Microsoft.Compute/disks/n`],
    ['subnet', subnetId('/net', 'Subnet01'), '/net/subnets/Subnet01'],
    ['last name of an id', lastName(`${group}/providers/a/b/VnetGw`), 'VnetGw'],
    ['last name of a name', lastName('VnetGw'), 'VnetGw'],
    ['short form of an id', shortId(`${group}/providers/a/b/VnetGw`), 'b/VnetGw'],
    ['short form of a name', shortId('VnetGw'), 'VnetGw'],
  ];
  for (const [what, name, expected] of names) {
    it(`include the ${what}, ${JSON.stringify(expected)}`, () => assert.deepEqual(name, expected));
  }
});

describe('the tags of ownership', () => {
  const hub = { hub: 'japan', site: null };
  const site = { hub: 'japan', site: 'Site01' };
  const ofHub = { 'sitelink-installation': 'i', 'sitelink-hub': 'japan' };
  const ofSite = { ...ofHub, 'sitelink-site': 'Site01' };

  it('name installation and hub for a resource of the hub', () => assert.deepEqual(ownershipTags('i', hub), ofHub));
  it('name the site too for a resource of a site', () => assert.deepEqual(ownershipTags('i', site), ofSite));

  /** What, tags, owner, is it the owner's. */
  const cases: [string, Record<string, string> | undefined, typeof hub | typeof site, boolean][] = [
    ["are the hub's with all of them", ofHub, hub, true],
    ["are the site's with all of them", ofSite, site, true],
    ["are the owner's with others beside them", { ...ofSite, cost: 'centre' }, site, true],
    ["are nobody's where there are none", undefined, hub, false],
    ["are nobody's where they are empty", {}, hub, false],
    ["are not the hub's with those of a site", ofSite, hub, false],
    ["are not the site's with those of the hub", ofHub, site, false],
    ['are not those of another site', { ...ofSite, 'sitelink-site': 'Site02' }, site, false],
    ['are not those of another hub', { ...ofHub, 'sitelink-hub': 'osaka' }, hub, false],
    ['are not those of a site at another hub', { ...ofSite, 'sitelink-hub': 'osaka' }, site, false],
    ['are not those of another installation', { ...ofSite, 'sitelink-installation': 'j' }, site, false],
    ['are not ours without the installation', { 'sitelink-hub': 'japan' }, hub, false],
    ['are not ours without the hub', { 'sitelink-installation': 'i' }, hub, false],
    ['are not the same in other letters', { ...ofHub, 'sitelink-hub': 'Japan' }, hub, false],
  ];
  for (const [what, tags, owner, expected] of cases) {
    it(what, () => assert.equal(isOwned(tags, 'i', owner), expected));
  }
});
