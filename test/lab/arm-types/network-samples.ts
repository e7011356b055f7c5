/** A network with what is in it, for the tests of its rules and of its order. */
import type { JsonObject } from '../../../lab/arm/json.ts';
import { bodies, idOf, location, nicBody, paths } from './samples.ts';
import type { Bench } from './world.ts';

export const rule = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  properties: {
    protocol: 'Tcp',
    access: 'Allow',
    direction: 'Inbound',
    priority: 100,
    sourceAddressPrefix: '198.51.100.10/32',
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '22',
    ...more,
  },
});

export const group = (...rules: JsonObject[]): JsonObject => ({ location, properties: { securityRules: rules } });

export const address = (more: JsonObject): JsonObject => ({ ...bodies.address, ...more });

/** A network with one subnet, a NIC in it that has an address of its own, and a group. */
export function build(one: Bench): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.group, group(rule('ssh')));
  one.make(paths.address, bodies.address);
  one.make(
    paths.nic,
    nicBody({
      privateIPAllocationMethod: 'Static',
      privateIPAddress: '172.16.1.10',
      publicIPAddress: { id: idOf(paths.address) },
    }),
  );
}

export const nic2 = 'Microsoft.Network/networkInterfaces/Nic2';
