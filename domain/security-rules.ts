/** What the security group of a router VM lets in. The workflow asks for it, and the proof compares with it. */
import type { Cidr, Ipv4 } from './spec.ts';

/** One inbound rule that allows. */
export interface SecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly protocol: 'Tcp' | 'Udp' | 'Icmp' | '*';
  readonly sourcePrefixes: readonly string[];
  readonly destinationPorts: readonly string[];
}

/** SSH from where workers come, and IKE from the gateway so that it too can begin and rekey (azure.md, 1.1). */
export function routerSecurityRules(allowFrom: readonly Cidr[], gatewayAddresses: readonly Ipv4[]): SecurityRule[] {
  const fromGateway = gatewayAddresses.map((address) => `${address}/32`);
  return [
    { name: 'ssh', priority: 100, protocol: 'Tcp', sourcePrefixes: allowFrom, destinationPorts: ['22'] },
    { name: 'ike', priority: 110, protocol: 'Udp', sourcePrefixes: fromGateway, destinationPorts: ['500', '4500'] },
  ];
}
