/** Every limit of the worker, explicit: the defaults are not meant for production (temporal.md, 3.9). */
import { hostname } from 'node:os';
import type { NativeConnection, WorkerOptions, WorkflowBundle } from '@temporalio/worker';
import { taskQueue } from '../domain/names.ts';
import { heartbeats } from './heartbeats.ts';

export function workerOptions(parts: {
  connection: NativeConnection;
  namespace: string;
  workflowBundle: WorkflowBundle;
  activities: object;
}): WorkerOptions {
  return {
    ...parts,
    taskQueue,
    identity: `${process.pid}@${hostname()}`,
    interceptors: { activity: [heartbeats] },
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentLocalActivityExecutions: 1,
    maxConcurrentNexusTaskExecutions: 1,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
    nexusTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    nonStickyToStickyPollRatio: 0.2,
    maxCachedWorkflows: 200,
    workflowThreadPoolSize: 1,
    reuseV8Context: true,
    // After the death of a worker the next workflow task waits for its sticky queue this long.
    stickyQueueScheduleToStartTimeout: '1s',
    // The URL of an operation reaches the server at the latest after this time.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    // What is under way may end by itself, then it is cancelled, then the process ends all the same: another attempt
    // finds out where it stands.
    shutdownGraceTime: '2s',
    shutdownForceTime: '10s',
  };
}
