/** Values that the schema has found to be right, as the domain's types. */
import { parseInterfaceAddress } from '../../domain/address.ts';
import type { Breach } from '../../domain/breach.ts';
import type { Cidr, FileReference, ImageSpec, Ipv4 } from '../../domain/spec.ts';
import { findImage } from './images.ts';

/** Where a default has to come from outside, and what to do if it does not. */
export interface Filled<T> {
  readonly value: T;
  readonly problems: readonly Breach[];
}

/** Text that the schema has found to be a prefix. */
export function asCidr(text: string): Cidr {
  return text as Cidr;
}

/** Text that the schema has found to be an address. */
export function asIpv4(text: string): Ipv4 {
  return text as Ipv4;
}

/** Text that the schema has found to be an image. */
export function asImage(text: string): ImageSpec {
  const image = findImage(text);
  if (image === null) throw new Error(`${text} passed the schema but is no image`);
  return image;
}

/** Text that the schema has found to be an address with a length. */
export function asInterfaceAddress(text: string): { address: Ipv4; prefixLength: number } {
  const parsed = parseInterfaceAddress(text);
  if (parsed === null) throw new Error(`${text} passed the schema but is no address with a prefix length`);
  return parsed;
}

interface WrittenFileReference {
  readonly file: string | { readonly env: string; readonly default?: string | undefined };
}

/** The reference as the worker takes it; the default is `SITELINK_SSH_KEY`, else `~/.ssh/id_rsa`. */
export function asFileReference(written: WrittenFileReference | undefined): FileReference {
  const { file } = written ?? { file: { env: 'SITELINK_SSH_KEY', default: '~/.ssh/id_rsa' } };
  if (typeof file === 'string') return { file };
  return { file: { env: file.env, ...(file.default === undefined ? {} : { default: file.default }) } };
}
