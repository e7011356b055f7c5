/**
 * The licence level of a Catalyst 8000V: a new one knows no IPsec until a level that includes it was set, saved and
 * reloaded into effect (azure.md, 0). Other machines come with theirs.
 */
import { Unreachable } from '../errors.ts';
import { iosXe } from './dialect.ts';
import { weakAllowed } from './plan/strength.ts';
import type { Session } from './session.ts';
import { parseVersion, releaseOf } from './show/version.ts';
import { ifKnown, required } from './type-ahead.ts';

/** What a router says of itself before anything is configured. */
export interface RouterFacts {
  /** `17.15.1a`. */
  readonly version: string;
  /** True for a router that refuses IPsec until its licence level is set and it was reloaded. */
  readonly needsLicence: boolean;
  /** It is configured, and a reload would bring it into effect. */
  readonly licenceConfigured: boolean;
  /** Its owner lets it take weak cryptography, which its release would refuse. */
  readonly allowsWeak: boolean;
}

/** The line that sets the level. */
export const licenceLine = 'license boot level network-advantage addon dna-advantage';

/** Levels that include IPsec. */
const secured = /^network-(advantage|premier)$/i;

/** Level in effect and level after the next reload, in either layout; undefined where nothing is said. */
function levelsIn(text: string): readonly [string, string] | undefined {
  const table = /^Smart License\s+Perpetual\s+(\S+)\s+(\S+)/m.exec(text);
  if (table !== null) return [table[1] ?? '', table[2] ?? ''];
  const current = /^License Level:[ \t]*(\S*)/m.exec(text);
  if (current === null) return undefined;
  return [current[1] ?? '', /^Next reload license Level:[ \t]*(\S*)/m.exec(text)?.[1] ?? ''];
}

function factsIn(text: string, shield: string): RouterFacts {
  const { version, hardware } = parseVersion(text);
  const levels = hardware.some((name) => /^C8000V$/i.test(name)) ? levelsIn(text) : undefined;
  const [current, next] = levels ?? ['network-advantage', ''];
  return {
    version: releaseOf(version),
    needsLicence: !secured.test(current),
    licenceConfigured: secured.test(next),
    allowsWeak: shield.split('\n').some((line) => line.trim() === weakAllowed),
  };
}

export async function readFacts(session: Session): Promise<RouterFacts> {
  const [version, shield] = await session.show(['show version', `show running-config | include ${weakAllowed}`]);
  return factsIn(required(version), ifKnown(shield) ?? '');
}

/** Asks the router to begin anew. It closes the session, at once or when it goes down. Nothing is saved by this. */
export async function reload(session: Session): Promise<void> {
  try {
    await session.run('reload', { seconds: iosXe.timeouts.command });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}
