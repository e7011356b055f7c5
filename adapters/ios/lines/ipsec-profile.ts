import { one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** What protects a tunnel interface. */
export const ipsecProfile = section('crypto ipsec profile', /^\S+$/, {
  /** Seconds; 3600 is hidden. */
  lifetimeSeconds: one('set security-association lifetime seconds'),
  lifetimeKilobytes: one('set security-association lifetime kilobytes'),
  transformSet: one('set transform-set'),
  pfs: one('set pfs'),
  ikev2Profile: one('set ikev2-profile'),
});

export type IpsecProfile = ValueOf<typeof ipsecProfile>;
