/**
 * Makes a resource what it shall be: read, compare, write what is missing, wait, read back. The same for a new
 * resource, one of ours and an adopted one, and the same in every attempt.
 */
import type { Aim, Difference } from '../adapters/azure/aim.ts';
import type { Arm } from '../adapters/azure/arm.ts';
import { stateOf } from '../adapters/azure/json.ts';
import { Busy, Refused, type AdapterError } from '../adapters/errors.ts';
import { LongWork } from './long-work.ts';

export interface Ensured {
  /** As read back from Azure. */
  readonly resource: unknown;
  /** It was there before and is not ours. */
  readonly adopted: boolean;
  /** Azure has accepted a PUT from this activity. */
  readonly written: boolean;
}

/**
 * @throws NotYet while Azure is at work, Refused when it refuses or when what exists is not as wanted, Busy likewise.
 */
export async function ensure(arm: Arm, aim: Aim, work = new LongWork(arm, aim.what, aim.pace)): Promise<Ensured> {
  let failure: AdapterError | null = null;
  for (;;) {
    const ended = await work.end();
    if (ended.state === 'failed') failure = afterFailure(ended.error);
    const resource = await arm.get(aim.id, aim.apiVersion, work.reading());
    if (resource !== null && work.isChanging(resource)) {
      await work.waitForState(resource);
      continue;
    }
    work.ended();
    const judged = judge(aim, resource);
    if (judged.step === 'done' && failure === null) {
      return { resource, adopted: judged.adopted, written: work.puts > 0 };
    }
    if (judged.step === 'replace') {
      work.begin('delete', await arm.delete(aim.id, aim.apiVersion, { deed: `Deleting ${aim.what}` }));
      continue;
    }
    stopRepeating(aim, work, resource, failure);
    failure = null;
    work.begin('put', await arm.put(aim.id, aim.apiVersion, aim.body(resource), { deed: `Writing ${aim.what}` }));
  }
}

/** Something else was at work: the same PUT is right later, so the attempt ends here. */
function afterFailure(error: AdapterError): AdapterError {
  if (error instanceof Busy) throw error;
  return error;
}

interface Judged {
  readonly step: 'done' | 'put' | 'replace';
  readonly adopted: boolean;
}

/** What is to be done with what was found. @throws Refused if that is for a person to decide. */
function judge(aim: Aim, resource: unknown): Judged {
  if (resource === null) return { step: 'put', adopted: false };
  const owned = aim.owned(resource);
  if (owned === false && !aim.adopt) {
    throw new Refused({
      what: `${aim.what} exists already and does not carry our tags`,
      next: 'Choose another name, or set adopt: true to use it as it is; it is then never deleted',
    });
  }
  const adopted = owned === false;
  const differences = aim.differences(resource);
  const failed = stateOf(resource) === 'Failed';
  const deciding = differences.filter(({ mend }) => mend === 'refuse' || adopted);
  if (deciding.length > 0) throw refusal(aim, adopted, deciding);
  if (adopted && failed) throw refusal(aim, adopted, [{ what: 'its provisioning state is Failed', mend: 'refuse' }]);
  if (differences.some(({ mend }) => mend === 'replace')) return { step: 'replace', adopted };
  return { step: failed || differences.length > 0 ? 'put' : 'done', adopted };
}

function refusal(aim: Aim, adopted: boolean, differences: readonly Difference[]): Refused {
  return new Refused({
    what: `${aim.what} is not as the site file asks: ${differences.map(({ what }) => what).join('; ')}`,
    next: adopted
      ? 'What is adopted is not changed: change it in Azure or correct the site file, then resume'
      : 'Delete it or change it in Azure, or correct the site file, then resume',
  });
}

/** A gateway or connection that failed is often mended by the same PUT; everything else is tried once per activity. */
function stopRepeating(aim: Aim, work: LongWork, resource: unknown, failure: AdapterError | null): void {
  const allowed = aim.repair ? 2 : 1;
  if (failure !== null && (resource === null || work.puts >= allowed)) throw failure;
  if (work.puts < allowed) return;
  const state = resource === null ? 'absent' : stateOf(resource) || 'different from what was written';
  throw new Refused({
    what: `${aim.what} is ${state} after it was written`,
    next: 'Look at its activity log in Azure, then resume',
  });
}
