import { one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** A tunnel; without `tunnel mode ipsec ipv4` it would be GRE, which Azure does not answer. */
export const tunnelInterface = section('interface', /^Tunnel\d+$/, {
  description: one('description'),
  ipAddress: one('ip address'),
  ipUnnumbered: one('ip unnumbered'),
  ipMtu: one('ip mtu'),
  adjustMss: one('ip tcp adjust-mss'),
  source: one('tunnel source'),
  mode: one('tunnel mode'),
  destination: one('tunnel destination'),
  protection: one('tunnel protection ipsec profile'),
});

export type TunnelInterface = ValueOf<typeof tunnelInterface>;
