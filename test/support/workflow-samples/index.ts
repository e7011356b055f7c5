/** Small workflows that show whether the helpers of `temporal.ts` do what they say. */
import { continueAsNew, executeChild, proxyActivities, sleep } from '@temporalio/workflow';

const { greet } = proxyActivities<{ greet(name: string): Promise<string> }>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', maximumAttempts: 100 },
});

export async function greeting(name: string): Promise<string> {
  return await greet(name);
}

export async function longWait(): Promise<string> {
  await sleep('45 minutes');
  return 'rested';
}

/** A plain Error fails the workflow task, not the workflow. */
export async function clumsy(): Promise<void> {
  await sleep(1);
  throw new TypeError('a bug in workflow code');
}

export async function clumsyParent(): Promise<void> {
  await executeChild(clumsy);
}

export async function again(times: number): Promise<string> {
  if (times > 0) await continueAsNew<typeof again>(times - 1);
  return await greet('again');
}
