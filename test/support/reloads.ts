/** A router of the lab takes as long for a reload as a real one, by its own clock; a test need not wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabControl } from './lab-control.ts';

const lookMs = 500;

/** Does the work; meanwhile every router that is down has its clock moved on, until it is up again. */
export async function withoutReloads<T>(control: LabControl, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const watching = (async () => {
    while (!done.signal.aborted) {
      const { routers } = await control.inventory();
      for (const { name } of routers.filter(({ running }) => !running))
        await control.putDevice(name, { advanceSeconds: 300 });
      await sleep(lookMs, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    done.abort();
    await watching;
  }
}
