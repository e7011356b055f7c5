/**
 * What is kept over a reload. What others have typed and not saved is not ours to save: where running and startup
 * configuration differ in more than our own sections, nothing is saved, and the owner is told what to type.
 */
import type { ConfigTree } from './config-tree.ts';
import { missingFrom, without } from './config-tree.ts';
import { maskPatterns } from './mask.ts';
import { save } from './observe.ts';
import { outstandingEntries, sectionsOf } from './remove.ts';
import type { Session } from './session.ts';
import { readStored } from './state.ts';

const shownLines = 3;

/** Lines outside our sections that one of the two configurations has and the other has not. */
function unsavedElsewhere(running: ConfigTree, startup: ConfigTree, inverse: readonly string[]): string[] {
  const ours = sectionsOf(inverse);
  const [now, kept] = [without(running, ours), without(startup, ours)];
  return [...missingFrom(kept, now), ...missingFrom(now, kept).map((line) => `(no longer) ${line}`)].map(maskPatterns);
}

interface Compared {
  readonly startup: ConfigTree | null;
  /** Why nothing may be saved; null where only our sections differ. */
  readonly why: string | null;
}

async function compareStored(session: Session, inverse: readonly string[]): Promise<Compared> {
  const { running, startup } = await readStored(session);
  if (startup === null) return { startup, why: 'its startup configuration cannot be read' };
  const elsewhere = unsavedElsewhere(running, startup, inverse);
  if (elsewhere.length === 0) return { startup, why: null };
  const lines = elsewhere.slice(0, shownLines).map((line) => `\`${line}\``);
  const more = elsewhere.length > shownLines ? ` and ${elsewhere.length - shownLines} more` : '';
  return { startup, why: `its running and startup configuration differ in ${lines.join(', ')}${more}` };
}

/**
 * Saves the running configuration if it differs from the startup configuration only in what the inverse takes back.
 * @throws Busy while somebody else writes the startup configuration; DeviceRejected when it was not saved.
 */
export async function saveOwn(
  session: Session,
  inverse: readonly string[],
): Promise<{ readonly saved: boolean; readonly detail: string }> {
  const { why } = await compareStored(session, inverse);
  if (why === null) return { saved: true, ...(await save(session)) };
  return {
    saved: false,
    detail: `Nothing is saved on ${session.hostname}: ${why}, which is not Sitelink's. Look at it, then type \`write memory\` on ${session.hostname} to save all`,
  };
}

/**
 * After a removal: saves it, as far as the startup configuration has the removed lines at all. Where it may not be
 * saved, they would come back with the next reload, and are left over.
 * @throws as `saveOwn`
 */
export async function saveRemoval(
  session: Session,
  inverse: readonly string[],
  mayBeSaved: boolean,
): Promise<readonly { readonly what: string; readonly reason: string }[]> {
  const { startup, why } = await compareStored(session, inverse);
  const stored = startup === null ? inverse : outstandingEntries(startup, inverse);
  if (stored.length === 0) return [];
  const reason = mayBeSaved ? why : 'the site file says that nothing is to be saved';
  if (reason === null) {
    await save(session);
    return [];
  }
  return [
    {
      what: `${session.hostname}: write memory`,
      reason: `the lines are gone from the running configuration, but the startup configuration still has them: ${reason}`,
    },
  ];
}
