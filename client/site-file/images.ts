import type { ImageSpec } from '../../domain/spec.ts';

/** Short names for images, as the Azure CLI has them. `UbuntuLTS` is no longer among them (azure.md, section 0). */
const aliases: Readonly<Record<string, string>> = {
  Ubuntu2204: 'Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest',
  Ubuntu2404: 'Canonical:ubuntu-24_04-lts:server:latest',
  Debian12: 'Debian:debian-12:12-gen2:latest',
};

export const imageAliases: readonly string[] = Object.keys(aliases);

/** The image of an alias or of a URN, `publisher:offer:sku:version`; null if it is neither. */
export function findImage(text: string): ImageSpec | null {
  const parts = (aliases[text] ?? text).split(':');
  const [publisher, offer, sku, version] = parts;
  const complete = parts.length === 4 && parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part));
  if (!complete || !publisher || !offer || !sku || !version) return null;
  return { publisher, offer, sku, version };
}
