import { one, section } from './section.ts';
import type { ValueOf } from './section.ts';

/** The name and the transforms stand in the header: `AzureSet esp-aes 256 esp-sha256-hmac`. */
export const ipsecTransformSet = section('crypto ipsec transform-set', /^\S+ esp-\S/, {
  mode: one('mode'),
});

export type IpsecTransformSet = ValueOf<typeof ipsecTransformSet>;

/** `AzureSet` and `esp-aes 256 esp-sha256-hmac`. */
export function splitTransforms(header: string): { readonly name: string; readonly transforms: string } {
  const at = header.indexOf(' ');
  return { name: header.slice(0, at), transforms: header.slice(at + 1) };
}
