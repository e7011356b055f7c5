import type { ResourceTypeName } from '../ids.ts';
import type { Resource } from '../store/store.ts';
import type { TypeSpec } from '../world.ts';
import { connectionSpec } from './connection.ts';
import { diskSpec } from './disk.ts';
import { gatewaySpec } from './gateway.ts';
import { localGatewaySpec } from './local-gateway.ts';
import { networkInterfaceSpec } from './network-interface.ts';
import { securityGroupSpec } from './security-group.ts';
import { publicAddressSpec } from './public-address.ts';
import { subnetSpec } from './subnet.ts';
import { virtualMachineSpec } from './virtual-machine.ts';
import { virtualNetworkSpec } from './virtual-network.ts';

const specs = new Map<string, TypeSpec>(
  [
    virtualNetworkSpec,
    subnetSpec,
    securityGroupSpec,
    publicAddressSpec,
    networkInterfaceSpec,
    gatewaySpec,
    localGatewaySpec,
    connectionSpec,
    virtualMachineSpec,
    diskSpec,
  ].map((spec) => [spec.type, spec]),
);

export const hasSpec = (type: ResourceTypeName): boolean => specs.has(type);

/** @throws Error for a type that the engine does not run: groups, rules and deployments have handlers of their own. */
export function specOf(type: ResourceTypeName): TypeSpec {
  const spec = specs.get(type);
  if (spec === undefined) throw new Error(`no behaviour is known for resources of type ${type}`);
  return spec;
}

/** What a resource uses, for the store's index. */
export function linksOf(resource: Resource): readonly { target: string; via: string }[] {
  return specs.get(resource.type)?.links(resource) ?? [];
}
