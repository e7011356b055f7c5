/** A sign of life from every running activity, so that a worker's death is noticed, and a cancellation heard, in time. */
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { beat } from '../activities/heartbeat.ts';

/** For an activity without a heartbeat timeout; only for the interval of its signs of life. */
const usualTimeoutMs = 10_000;

export const heartbeats: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    async execute(input, next) {
      // Four in each timeout. None at the start: it would hold back the details of a PUT that follows at once.
      const timer = setInterval(beat, (info.heartbeatTimeoutMs ?? usualTimeoutMs) / 4);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  },
});
