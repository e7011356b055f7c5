/** The licence level of a Catalyst 8000V, without which it knows no IPsec. */
import type { Licence } from './stored-state.ts';

/** Levels that include IPsec. */
const SECURED = /^network-(advantage|premier)$/;
export const USUAL_LICENCE = 'license boot level network-advantage addon dna-advantage';

export function allowsIpsec(licence: Licence | null): boolean {
  return SECURED.test(licence?.level ?? '');
}

/** The licence level that a configuration asks for. */
export function licenceIn(text: string): Licence | null {
  const [, level, addon] = /^license boot level (\S+)(?: addon (\S+))?/m.exec(text) ?? [];
  return level === undefined ? null : { level, addon: addon ?? null };
}
