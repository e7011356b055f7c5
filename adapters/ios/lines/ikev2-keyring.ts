import { many, one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** A peer and its shared keys; a key line may begin with `local` or `remote`. Holds secrets. */
const ikev2Peer = section('peer', /^\S+$/, {
  description: one('description'),
  address: one('address'),
  preSharedKeys: many('pre-shared-key'),
});

export const ikev2Keyring = section('crypto ikev2 keyring', /^\S+$/, {}, { peers: ikev2Peer });

export type Ikev2Keyring = ValueOf<typeof ikev2Keyring>;
