import { flag, many, one, section } from './section.ts';
import type { ValueOf } from './section.ts';

const addressFamily = section('address-family', /^ipv4( unicast)?$/, {
  networks: many('network'),
  neighbors: many('neighbor'),
});

/** `router bgp <asn>`; a neighbor line begins with its address. */
export const bgp = section(
  'router bgp',
  /^[\d.]+$/,
  {
    routerId: one('bgp router-id'),
    logNeighborChanges: flag('bgp log-neighbor-changes'),
    neighbors: many('neighbor'),
  },
  { addressFamilies: addressFamily },
);

export type Bgp = ValueOf<typeof bgp>;
