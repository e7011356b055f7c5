import { one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** Algorithms for IKE, best first: `encryption aes-cbc-256`, `integrity sha1 sha256`, `group 2`. */
export const ikev2Proposal = section('crypto ikev2 proposal', /^\S+$/, {
  encryption: one('encryption'),
  integrity: one('integrity'),
  prf: one('prf'),
  group: one('group'),
});

export type Ikev2Proposal = ValueOf<typeof ikev2Proposal>;
