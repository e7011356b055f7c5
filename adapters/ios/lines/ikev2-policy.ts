import { many, one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** Which proposals are offered on which local address. Global: it also serves IKEv2 tunnels that are not ours. */
export const ikev2Policy = section('crypto ikev2 policy', /^\S+$/, {
  matchFvrf: one('match fvrf'),
  proposals: many('proposal'),
  matchAddressLocal: many('match address local'),
});

export type Ikev2Policy = ValueOf<typeof ikev2Policy>;
