/** Whether a VM reaches Azure's public addresses, as its agent must for its results to come back (azure.md, 0). */
import { interfaceOf } from './cloud.ts';
import { flagAt, objectsAt, textAt } from '../json.ts';
import { judge } from './judge.ts';
import type { Resource } from '../store/store.ts';
import { ipConfigurationsOf } from '../types/common.ts';
import type { World } from '../world.ts';

/** One of Azure's own, at which its agents report. */
const reportsTo = '20.60.0.4';

/** A way out of the subnet: an address of its own, or the one that Azure lends where the subnet is not private. */
function hasWayOut(world: World, nic: Resource): boolean {
  const [first] = ipConfigurationsOf(nic);
  if (textAt(first?.properties, 'publicIPAddress.id') !== undefined) return true;
  const subnet = world.store.get(textAt(first?.properties, 'subnet.id') ?? '');
  return flagAt(subnet?.body, 'properties.defaultOutboundAccess') ?? true;
}

/** By its first NIC: a way out, and security groups that let TCP to port 443 pass. */
export function reachesPlatform(world: World, vm: Resource): boolean {
  const [entry] = objectsAt(vm.body, 'properties.networkProfile.networkInterfaces') ?? [];
  const nic = world.store.get(textAt(entry, 'id') ?? '');
  const at = nic === undefined ? null : interfaceOf(world.store, nic.id, []);
  if (nic === undefined || at === null || !hasWayOut(world, nic)) return false;
  return judge({ direction: 'Outbound', protocol: 'Tcp', remoteAddress: reportsTo, port: 443 }, at).allowed;
}
