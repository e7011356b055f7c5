/**
 * Members that Azure's recorded exchanges show in every reply of a kind, by api-version, held against the lab's. The
 * tables hold names and versions, nothing of the recordings.
 */
import assert from 'node:assert/strict';
import { type JsonObject, at, isObject } from '../../../lab/arm/json.ts';
import { build, newest, send, show } from './recorded.ts';
import { bodies, gatewayBody, idOf, nicBody, paths } from './samples.ts';
import { withBench, textOf } from './world.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Members of `properties` that no recorded reply of the newest versions lacks, once the resource is made. */
const always: Readonly<Record<string, readonly string[]>> = {
  [paths.vnet]:
    words(`provisioningState resourceGuid addressSpace.addressPrefixes addressSpace.ipamPoolPrefixAllocations
    privateEndpointVNetPolicies subnets virtualNetworkPeerings enableDdosProtection subnets.0.properties.provisioningState
    subnets.0.properties.delegations subnets.0.properties.privateEndpointNetworkPolicies
    subnets.0.properties.privateLinkServiceNetworkPolicies`),
  [paths.subnet]: words(`provisioningState addressPrefix delegations privateEndpointNetworkPolicies
    privateLinkServiceNetworkPolicies ipamPoolPrefixAllocations`),
  [paths.address]: words(`provisioningState resourceGuid ipAddress publicIPAddressVersion publicIPAllocationMethod
    idleTimeoutInMinutes ipTags ddosSettings.protectionMode`),
  [paths.nic]: words(`provisioningState resourceGuid ipConfigurations.0.properties.provisioningState
    ipConfigurations.0.properties.privateIPAddress ipConfigurations.0.properties.privateIPAllocationMethod
    ipConfigurations.0.properties.primary ipConfigurations.0.properties.privateIPAddressVersion dnsSettings.dnsServers
    dnsSettings.appliedDnsServers dnsSettings.internalDomainNameSuffix macAddress enableIPForwarding primary
    virtualMachine.id hostedWorkloads tapConfigurations nicType allowPort25Out auxiliaryMode auxiliarySku
    vnetEncryptionSupported disableTcpStateTracking`),
  [paths.gateway]: words(`provisioningState resourceGuid packetCaptureDiagnosticState enablePrivateIpAddress
    ipConfigurations.0.properties.provisioningState natRules virtualNetworkGatewayPolicyGroups
    enableBgpRouteTranslationForNat disableIPSecReplayProtection sku.name sku.tier sku.capacity gatewayType vpnType
    enableBgp activeActive vpnGatewayGeneration bgpSettings.asn bgpSettings.bgpPeeringAddress bgpSettings.peerWeight
    bgpSettings.bgpPeeringAddresses.0.defaultBgpIpAddresses.0 bgpSettings.bgpPeeringAddresses.0.customBgpIpAddresses
    bgpSettings.bgpPeeringAddresses.0.tunnelIpAddresses.0 allowRemoteVnetTraffic allowVirtualWanTraffic`),
  [paths.local]: words('provisioningState resourceGuid gatewayIpAddress localNetworkAddressSpace.addressPrefixes'),
  [paths.connection]: words(`provisioningState resourceGuid packetCaptureDiagnosticState virtualNetworkGateway1.id
    localNetworkGateway2.id connectionType connectionProtocol routingWeight enableBgp useLocalAzureIpAddress
    usePolicyBasedTrafficSelectors ipsecPolicies trafficSelectorPolicies connectionStatus ingressBytesTransferred
    egressBytesTransferred expressRouteGatewayBypass dpdTimeoutSeconds connectionMode gatewayCustomBgpIpAddresses
    authenticationType`),
  [paths.group]: words(`provisioningState resourceGuid securityRules defaultSecurityRules.0.properties.description
    defaultSecurityRules.0.properties.provisioningState defaultSecurityRules.5.properties.sourcePortRanges`),
  [paths.vm]: words(`provisioningState vmId hardwareProfile.vmSize storageProfile.imageReference.exactVersion
    storageProfile.osDisk.osType storageProfile.osDisk.name storageProfile.osDisk.createOption
    storageProfile.osDisk.caching storageProfile.osDisk.managedDisk.id storageProfile.osDisk.managedDisk.storageAccountType
    storageProfile.osDisk.deleteOption storageProfile.osDisk.diskSizeGB storageProfile.dataDisks osProfile.computerName
    osProfile.adminUsername osProfile.linuxConfiguration.disablePasswordAuthentication
    osProfile.linuxConfiguration.provisionVMAgent osProfile.linuxConfiguration.patchSettings.patchMode osProfile.secrets
    osProfile.allowExtensionOperations osProfile.requireGuestProvisionSignal networkProfile.networkInterfaces.0.id
    timeCreated`),
};

/** A version without the member, and one with it. */
const since: readonly (readonly [path: string, member: string, without: string, having: string])[] = [
  [paths.vnet, 'properties.privateEndpointVNetPolicies', '2023-11-01', '2024-05-01'],
  [paths.vnet, 'properties.addressSpace.ipamPoolPrefixAllocations', '2023-11-01', '2024-05-01'],
  [paths.vnet, 'properties.subnets.0.properties.ipamPoolPrefixAllocations', '2022-01-01', '2024-05-01'],
  [paths.subnet, 'properties.privateEndpointNetworkPolicies', '2018-10-01', '2019-09-01'],
  [paths.address, 'properties.ddosSettings', '2022-01-01', '2022-11-01'],
  [paths.nic, 'kind', '2019-09-01', '2022-01-01'],
  [paths.nic, 'properties.auxiliarySku', '2022-01-01', '2022-11-01'],
  [paths.nic, 'properties.disableTcpStateTracking', '2022-01-01', '2022-11-01'],
  [paths.gateway, 'properties.bgpSettings.bgpPeeringAddresses', '2019-09-01', '2022-01-01'],
  [paths.gateway, 'properties.natRules', '2019-09-01', '2022-01-01'],
  [paths.connection, 'properties.connectionMode', '2019-09-01', '2022-01-01'],
  [paths.connection, 'properties.sharedKey', newest, '2024-07-01'],
  [paths.vm, 'etag', '2023-09-01', '2024-07-01'],
  [paths.vm, 'properties.osProfile.linuxConfiguration.patchSettings', '2019-03-01', '2021-03-01'],
];

describe('replies of the lab’s Azure, held against what was recorded of Azure', () => {
  it('have the members that every recorded one has', () => {
    withBench((one) => {
      build(one);
      const lacking = Object.entries(always).flatMap(([path, members]) => {
        const { properties } = show(one, path);
        return members.filter((member) => at(properties, member) === undefined).map((member) => `${path}: ${member}`);
      });
      assert.deepEqual(lacking, []);
    });
  });

  it('leave out what is newer than the version asked for', () => {
    withBench((one) => {
      build(one);
      for (const [path, member, without, having] of since) {
        assert.equal(at(show(one, path, without), member), undefined, `${path} ${member} ${without}`);
        assert.notEqual(at(show(one, path, having), member), undefined, `${path} ${member} ${having}`);
      }
    });
  });

  it('say less while a resource is made than once it is', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      const address = send(one, 'PUT', idOf(paths.address), newest, bodies.address).body as JsonObject;
      assert.equal(at(address, 'properties.ipAddress'), undefined);
      one.pass(60);
      one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
      const gateway = send(one, 'PUT', idOf(paths.gateway), newest, gatewayBody('VpnGw1AZ')).body as JsonObject;
      assert.equal(at(gateway, 'properties.bgpSettings.asn'), 0);
      assert.equal(at(gateway, 'properties.bgpSettings.bgpPeeringAddress'), undefined);
      assert.ok(isObject(at(gateway, 'properties.vpnClientConfiguration')));
      one.pass(3600);
      assert.equal(at(show(one, paths.gateway), 'properties.bgpSettings.asn'), 65515);
      assert.equal(at(show(one, paths.gateway), 'properties.vpnClientConfiguration'), undefined);
    });
  });

  it('name a NIC in the domain of its network, if asked to', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      one.make(paths.subnet, bodies.subnet);
      const { properties, ...top } = nicBody();
      one.make(paths.nic, {
        ...top,
        properties: { ...(properties as JsonObject), dnsSettings: { internalDnsNameLabel: 'probe' } },
      });
      const dns = at(show(one, paths.nic), 'properties.dnsSettings') as JsonObject;
      assert.equal(dns['internalFqdn'], `probe.${textOf(dns['internalDomainNameSuffix'])}`);
      assert.deepEqual(dns['dnsServers'], []);
    });
  });

  it('forget size and kind of the OS disk of a VM that has no host', () => {
    withBench((one) => {
      build(one);
      send(one, 'POST', `${idOf(paths.vm)}/deallocate`);
      one.pass(120);
      const disk = at(show(one, paths.vm), 'properties.storageProfile.osDisk') as JsonObject;
      assert.deepEqual([disk['diskSizeGB'], at(disk, 'managedDisk.storageAccountType')], [undefined, undefined]);
      assert.notEqual(at(disk, 'managedDisk.id'), undefined);
    });
  });
});
