import { many, one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** How a peer is recognised and authenticated; both lists of `match` are needed before IOS uses it. */
export const ikev2Profile = section('crypto ikev2 profile', /^\S+$/, {
  description: one('description'),
  matchFvrf: one('match fvrf'),
  matchAddressLocal: many('match address local'),
  matchIdentityRemote: many('match identity remote'),
  identityLocal: one('identity local'),
  authenticationRemote: one('authentication remote'),
  authenticationLocal: one('authentication local'),
  keyringLocal: one('keyring local'),
  /** Seconds; 86400 is hidden. */
  lifetime: one('lifetime'),
  dpd: one('dpd'),
});

export type Ikev2Profile = ValueOf<typeof ikev2Profile>;
