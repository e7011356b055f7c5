/**
 * Undo is data, recorded before the deed, and idempotent: "not there" is success. It runs in reverse dependency order,
 * as far as possible side by side, each within its bound; what cannot be removed is listed as left over.
 */
import type { Leftover } from '../domain/evidence.ts';
import type { RouterAccess } from '../activities/contracts.ts';
import type { PlannedResource } from '../domain/resources.ts';
import { shortId } from '../domain/names.ts';
import { ApplicationFailure } from '@temporalio/workflow';
import { deeds } from './deeds.ts';
import { describeFailure } from './step.ts';

export type Undo =
  | (PlannedResource & {
      /** A child in an adopted parent that was absent before we made it. */
      readonly oursByRecord: boolean;
    })
  | {
      readonly kind: 'lines';
      readonly id: string;
      readonly dependsOn: readonly string[];
      readonly access: RouterAccess;
      readonly inverse: readonly string[];
      readonly save: boolean;
    };

export interface UndoOutcome {
  /** What was found absent, by short id. */
  readonly removed: readonly string[];
  /** What exists and is not ours. */
  readonly kept: readonly string[];
  readonly leftovers: readonly Leftover[];
}

export class UndoLedger {
  private readonly entries: Undo[];

  constructor(carried: readonly Undo[]) {
    this.entries = [...carried];
  }

  all(): readonly Undo[] {
    return this.entries;
  }

  /** To be called before the deed. Of a resource the first record stays; of lines the latest. */
  record(undo: Undo): void {
    const at = this.entries.findIndex((entry) => entry.id === undo.id);
    if (at === -1) this.entries.push(undo);
    else if (undo.kind === 'lines') this.entries[at] = undo;
  }

  recordResource(resource: PlannedResource, oursByRecord = false): void {
    this.record({ ...resource, oursByRecord });
  }

  /** Runs every undo; to be called in a non-cancellable scope. `first` as in `removeAll`. */
  async run(progress: (line: string) => void, first?: (id: string) => Promise<void>): Promise<UndoOutcome> {
    return await removeAll(this.entries, progress, first);
  }
}

/**
 * Removes each entry once everything that stands on it is gone. What something that is left over stands on is left over
 * too: Azure would only refuse it until its bound is over. A group is tried all the same, as it goes with what is in it.
 * `first` tells what has to happen before an entry may go; if it rejects, the entry is left over.
 */
export async function removeAll(
  entries: readonly Undo[],
  progress: (line: string) => void,
  first: (id: string) => Promise<void> = () => Promise.resolve(),
): Promise<UndoOutcome> {
  const removed: string[] = [];
  const kept: string[] = [];
  const leftovers: Leftover[] = [];
  const left = new Set<string>();
  const goneGroups: string[] = [];
  const gone = new Map<string, Promise<void>>();

  const remove = (entry: Undo): Promise<void> => {
    const running = gone.get(entry.id);
    if (running !== undefined) return running;
    const dependants = entries.filter((other) => other.dependsOn.includes(entry.id));
    const work = Promise.all(dependants.map(remove)).then(() => removeOne(entry, dependants));
    gone.set(entry.id, work);
    return work;
  };
  const removeOne = async (entry: Undo, dependants: readonly Undo[]): Promise<void> => {
    const name = entry.kind === 'lines' ? entry.id : shortId(entry.id);
    try {
      const inTheWay = dependants.find(({ id }) => left.has(id));
      if (inTheWay !== undefined && entry.kind !== 'group') {
        throw ApplicationFailure.nonRetryable(`${shortId(inTheWay.id)} is left over and stands on it`);
      }
      await first(entry.id);
      const outcome = await deed(entry);
      if (outcome.kept) kept.push(name);
      else removed.push(name);
      if (entry.kind === 'group' && !outcome.kept) goneGroups.push(entry.id);
      leftovers.push(...outcome.leftovers);
      progress(`${name}: ${outcome.kept ? 'kept, not ours' : 'gone'}`);
    } catch (error) {
      left.add(entry.id);
      leftovers.push(...leftBehind(entry, describeFailure(error)));
      progress(`${name}: left over`);
    }
  };

  await Promise.all(entries.map(remove));
  const remaining = leftovers.filter(({ what }) => !goneGroups.some((group) => what.startsWith(`${group}/`)));
  return { removed, kept, leftovers: remaining };
}

/** Of a router that cannot be reached the lines are listed, for a person to type. */
function leftBehind(entry: Undo, reason: string): Leftover[] {
  if (entry.kind !== 'lines') return [{ what: entry.id, reason }];
  return entry.inverse.map((line) => ({ what: `${entry.access.expectedHostname}: ${line}`, reason }));
}

async function deed(entry: Undo): Promise<{ kept: boolean; leftovers: readonly Leftover[] }> {
  const act = deeds();
  switch (entry.kind) {
    case 'lines': {
      const { leftovers } = await act.removeLines({ access: entry.access, inverse: entry.inverse, save: entry.save });
      return { kept: false, leftovers };
    }
    case 'group': {
      const { outcome } = await act.removeResourceGroup({ id: entry.id, owner: entry.owner });
      return { kept: outcome === 'kept', leftovers: [] };
    }
    case 'resource': {
      const { outcome } = await act.removeResource({
        id: entry.id,
        owner: entry.owner,
        oursByRecord: entry.oursByRecord,
      });
      return { kept: outcome === 'kept', leftovers: [] };
    }
  }
}
