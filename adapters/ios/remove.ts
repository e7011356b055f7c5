/**
 * Takes lines away by their inverse. What is not there is no failure; what stays is a leftover.
 */
import { DeviceRejected } from '../errors.ts';
import { findSection, linesToType, parseConfiguration } from './config-tree.ts';
import type { ConfigNode, ConfigTree } from './config-tree.ts';
import { settlePending } from './guard.ts';
import { lineKey, negation } from './normal-form.ts';
import { withSession } from './router.ts';
import type { OpenSession, Session } from './session.ts';
import { readChange, readRunning } from './state.ts';

export interface RemovedLines {
  /** Entries of the inverse that had an effect. */
  readonly removed: number;
  /** Entries whose effect is not there, one by one. No field holds a secret. */
  readonly leftovers: readonly { readonly what: string; readonly reason: string }[];
}

/** Whether a line of the tree is what `no …` names: itself, or the only one of its kind. */
function named(tree: ConfigTree, section: string, line: string): ConfigNode | undefined {
  return tree.find(
    (existing) =>
      existing.line === line ||
      lineKey(section, existing.line) === line ||
      negation(section, existing.line) === `no ${line}`,
  );
}

/** What of the inverse still has to be done; lines below a section that is gone have nothing to do. */
function outstanding(running: ConfigTree, inverse: ConfigTree, section = ''): ConfigTree {
  return inverse.flatMap((wanted): ConfigTree => {
    if (wanted.line.startsWith('no ')) {
      return named(running, section, wanted.line.slice('no '.length)) === undefined ? [] : [wanted];
    }
    const existing = findSection(running, wanted.line, section);
    if (wanted.children.length === 0) return existing?.line === wanted.line ? [] : [wanted];
    if (existing === undefined) return [];
    const children = outstanding(existing.children, wanted.children, wanted.line);
    return children.length === 0 ? [] : [{ ...wanted, children }];
  });
}

/** Types one entry; returns why the router did not take it, or null. */
async function type(session: Session, tree: ConfigTree): Promise<string | null> {
  try {
    await session.configure(linesToType(tree));
    return null;
  } catch (error) {
    if (error instanceof DeviceRejected) return error.shortMessage;
    throw error;
  }
}

/** The sections that an inverse names, by their first lines. */
export function sectionsOf(inverse: readonly string[]): ConfigTree {
  return inverse.flatMap((entry) =>
    parseConfiguration(entry).map(({ line }) => ({ line: line.replace(/^no /, ''), children: [] })),
  );
}

/** The entries of the inverse that still have something to do. */
export function outstandingEntries(running: ConfigTree, inverse: readonly string[]): string[] {
  return inverse.filter((entry) => outstanding(running, parseConfiguration(entry)).length > 0);
}

/** The running configuration, after what a lost session of ours has left pending. */
async function readSettled(session: Session, inverse: readonly string[]): Promise<ConfigTree> {
  const { running, pending } = await readChange(session);
  const ours = {
    sections: sectionsOf(inverse),
    count: (tree: ConfigTree) => outstandingEntries(tree, inverse).length,
    whole: inverse.length + 1,
  };
  return (await settlePending(session, { running, pending }, ours)) ? await readRunning(session) : running;
}

/**
 * Sends the entries of an inverse whose effect is not there yet, in order, and reads back over a second session. A
 * rejected entry does not hold up the others.
 * @throws Busy while a change of somebody else is pending; Unreachable, after which a further call goes on.
 */
export async function removeLines(open: OpenSession, inverse: readonly string[]): Promise<RemovedLines> {
  const reasons = new Map<string, string>();
  const due = await withSession(open, async (session) => {
    const running = await readSettled(session, inverse);
    const entries = outstandingEntries(running, inverse);
    for (const entry of entries) {
      const rest = outstanding(running, parseConfiguration(entry));
      const reason = await type(session, rest);
      if (reason !== null) reasons.set(entry, session.mask(reason));
    }
    return entries;
  });
  if (due.length === 0) return { removed: 0, leftovers: [] };
  const left = await withSession(open, readRunning);
  const stayed = outstandingEntries(left, due);
  return {
    removed: due.length - stayed.length,
    leftovers: stayed.map((entry) => ({
      what: entry.replaceAll(/\n\s*/g, ' / '),
      reason: reasons.get(entry) ?? 'the router took the line, but what it removes is still there',
    })),
  };
}
