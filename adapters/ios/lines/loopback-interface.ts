import { one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** A loopback: the site's host addresses in the scenario, or the source of a BGP session. */
export const loopbackInterface = section('interface', /^Loopback\d+$/, {
  description: one('description'),
  ipAddress: one('ip address'),
});

export type LoopbackInterface = ValueOf<typeof loopbackInterface>;
