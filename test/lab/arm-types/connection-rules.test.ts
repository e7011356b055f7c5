import assert from 'node:assert/strict';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import { bodies, buildHub, connectionBody, gatewayBody, idOf, location, paths } from './samples.ts';
import { type Bench, refused, withBench } from './world.ts';

const policy: JsonObject = {
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  pfsGroup: 'PFS2048',
};

/** Everything but the gateway. */
function prepare(one: Bench): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
  one.make(paths.address, bodies.address);
  one.make(paths.local, bodies.local);
}

describe('the lab’s local gateways and connections', () => {
  const locals: readonly [what: string, code: string, properties: JsonObject][] = [
    ['no address', 'InvalidRequestFormat', {}],
    [
      'an IPv6 prefix',
      'LocalNetworkGatewayIpv6NotSupported',
      { gatewayIpAddress: '20.1.2.3', localNetworkAddressSpace: { addressPrefixes: ['fd00::/8'] } },
    ],
    ['a malformed address', 'InvalidGatewayIpAddress', { gatewayIpAddress: '20.210' }],
    [
      'a prefix with host bits',
      'InvalidCIDRNotation',
      { gatewayIpAddress: '20.210.140.4', localNetworkAddressSpace: { addressPrefixes: ['172.20.100.1/24'] } },
    ],
  ];
  for (const [what, code, properties] of locals) {
    it(`refuse a local gateway with ${what}: ${code}`, () => {
      withBench((one) => {
        refused(code, () => one.begin(paths.local, { location, properties }));
      });
    });
  }

  const overlap = { ...bodies.local.properties, localNetworkAddressSpace: { addressPrefixes: ['172.16.9.0/24'] } };
  const { pfsGroup: _left, ...partial } = policy;
  const refusals: readonly [what: string, code: string, more: JsonObject, local?: JsonObject][] = [
    ['another type', 'InvalidRequestFormat', { connectionType: 'Wire' }],
    ['a type that is not modelled', 'NotModelled', { connectionType: 'ExpressRoute' }],
    ['an unknown protocol', 'InvalidRequestFormat', { connectionProtocol: 'IKEv3' }],
    ['an unknown mode', 'InvalidRequestFormat', { connectionMode: 'Shy' }],
    ['a key with a line break', 'InvalidSharedKey', { sharedKey: 'a\nb' }],
    ['a key of 129 characters', 'InvalidSharedKey', { sharedKey: 'k'.repeat(129) }],
    ['a DPD timeout out of range', 'InvalidDpdTimeout', { dpdTimeoutSeconds: 5 }],
    ['half a policy', 'InvalidRequestFormat', { ipsecPolicies: [partial] }],
    ['an unknown algorithm', 'InvalidRequestFormat', { ipsecPolicies: [{ ...policy, dhGroup: 'DHGroup99' }] }],
    ['GCM beside SHA', 'InvalidIpsecPolicy', { ipsecPolicies: [{ ...policy, ipsecIntegrity: 'SHA256' }] }],
    ['a lifetime that is too short', 'InvalidIpsecPolicy', { ipsecPolicies: [{ ...policy, saLifeTimeSeconds: 60 }] }],
    [
      'selectors without a policy',
      'UsePolicyBasedTrafficSelectorsRequiresIpsecPolicy',
      { usePolicyBasedTrafficSelectors: true },
    ],
    [
      'a gateway that is not there',
      'InvalidResourceReference',
      { virtualNetworkGateway1: { id: idOf(`${paths.gateway}2`) } },
    ],
    [
      'site prefixes inside the network',
      'LocalNetworkGatewayAddressSpaceOverlap',
      {},
      { location, properties: overlap },
    ],
  ];
  for (const [what, code, more, local] of refusals) {
    it(`refuse a connection with ${what}: ${code}`, () => {
      withBench((one) => {
        prepare(one);
        one.make(paths.gateway, gatewayBody());
        if (local !== undefined) one.make(paths.local, local);
        refused(code, () => one.begin(paths.connection, connectionBody(more)));
      });
    });
  }

  it('write one connection at a time per gateway', () => {
    withBench((one) => {
      prepare(one);
      one.make(paths.gateway, gatewayBody());
      one.begin(paths.connection, connectionBody());
      refused('AnotherOperationInProgress', () => one.begin(`${paths.connection}b`, connectionBody()));
      one.pass(30);
      one.begin(`${paths.connection}b`, connectionBody());
    });
  });

  it('keep policy and key, and show status only of the single connection', () => {
    withBench((one) => {
      buildHub(one, connectionBody({ ipsecPolicies: [policy] }));
      const shown = one.show(paths.connection);
      assert.equal(at(shown, 'properties.connectionStatus'), 'NotConnected');
      assert.equal(at(shown, 'properties.sharedKey'), 'P@ssw0rd1234');
      assert.deepEqual(at(shown, 'properties.ipsecPolicies'), [policy]);
      one.make(paths.connection, connectionBody({ sharedKey: 'another' }));
      assert.equal(at(one.show(paths.connection), 'properties.sharedKey'), 'P@ssw0rd1234');
    });
  });
});
