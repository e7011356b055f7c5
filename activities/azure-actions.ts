/** Measuring in Azure: the connection's status, effective routes, a ping from the probe. */
import {
  effectiveRoutesAction,
  parsePing,
  parseRoutes,
  pingAction,
  pingCommand,
  type Action,
} from '../adapters/azure/actions.ts';
import type { Arm } from '../adapters/azure/arm.ts';
import { connectionsOf } from '../adapters/azure/inventory.ts';
import { at } from '../adapters/azure/json.ts';
import { versions } from '../adapters/azure/versions.ts';
import { Refused } from '../adapters/errors.ts';
import { shortId } from '../domain/names.ts';
import { nextLookMs, paces, timeScale } from '../domain/poll-schedule.ts';
import type { AzureActivities, ConnectionFacts, PingResult, Route } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { connectionStateOf } from './facts.ts';
import { LongWork } from './long-work.ts';

type Measuring = Pick<
  AzureActivities,
  'readConnection' | 'awaitConnected' | 'effectiveRoutes' | 'pingFromProbe' | 'awaitNoConnections'
>;

export function measuringActivities({ arm }: ActivityDeps): Measuring {
  return {
    readConnection: ({ id }) => readConnection(arm, id, workOn(arm, id)),

    async awaitConnected({ id, baseline, withinSeconds }) {
      const work = workOn(arm, id);
      const seen = await readConnection(arm, id, work);
      const holds =
        seen.connectionStatus === 'Connected' &&
        seen.ingressBytes > baseline.ingressBytes &&
        seen.egressBytes > baseline.egressBytes;
      const counts = `in ${seen.ingressBytes} B, out ${seen.egressBytes} B`;
      if (!holds) waitWithin(arm, work, withinSeconds, `is ${seen.connectionStatus}, ${counts}`);
      return { ...seen, holds };
    },

    async effectiveRoutes({ nicId, expected, withinSeconds }) {
      const action = effectiveRoutesAction(nicId);
      const work = new LongWork(arm, action.what, paces.action);
      const routes = await routesOf(arm, action, work);
      const isThere = (prefix: string) => routes?.some((route) => route.prefix === prefix && isToGateway(route));
      const missing = expected.filter((prefix) => isThere(prefix) !== true);
      if (routes !== null && missing.length > 0) {
        waitWithin(arm, work, withinSeconds, `do not hold ${missing.join(', ')} yet`);
      }
      return { routes: routes ?? [], holds: missing.length === 0 };
    },

    pingFromProbe: ({ vmId, target, count }) => pingFromProbe(arm, vmId, target, count),

    async awaitNoConnections({ gatewayId }) {
      const work = workOn(arm, gatewayId);
      const left = await connectionsOf(arm, gatewayId, work.reading());
      if (left.length === 0) return;
      work.later(`still has ${left.map(shortId).join(', ')}`, Math.max(arm.unitMs(), nextLookMs(work.waitedMs())));
    },
  };
}

function workOn(arm: Arm, id: string): LongWork {
  return new LongWork(arm, shortId(id), paces.action);
}

async function readConnection(arm: Arm, id: string, work: LongWork): Promise<ConnectionFacts> {
  return connectionStateOf(await arm.get(id, versions.network, work.reading()));
}

/** Returns once the bound, stated at Azure's pace, is over. @throws NotYet before that. */
function waitWithin(arm: Arm, work: LongWork, withinSeconds: number, how: string): void {
  const boundMs = withinSeconds * 1000 * timeScale(arm.unitMs());
  const waited = work.waitedMs();
  if (waited >= boundMs) return;
  work.later(how, Math.min(Math.max(arm.unitMs(), nextLookMs(waited)), Math.max(1, boundMs - waited)));
}

function isToGateway(route: Route): boolean {
  return route.nextHopType === 'VirtualNetworkGateway' && route.state === 'Active';
}

/** Null where Azure cannot tell: the NIC is absent, or its VM does not run (azure.md, 1.4). */
async function routesOf(arm: Arm, action: Action, work: LongWork): Promise<readonly Route[] | null> {
  try {
    return parseRoutes(await perform(arm, action, work));
  } catch (error) {
    if (isAboutThis(error)) return null;
    throw error;
  }
}

/** A probe that cannot ping, because it is absent or off, is a measurement like any other: nothing came back. */
async function pingFromProbe(arm: Arm, vmId: string, target: string, count: number): Promise<PingResult> {
  const action = pingAction(vmId, target, count);
  const command = pingCommand(target, count);
  try {
    const answer = await perform(arm, action, new LongWork(arm, action.what, paces.action));
    return { ...parsePing(answer), command };
  } catch (error) {
    if (!isAboutThis(error)) throw error;
    return { sent: count, received: 0, lossPercent: 100, statistics: error.shortMessage, command };
  }
}

/** True where the refusal says something of the machine, and not of our rights or of the endpoint. */
function isAboutThis(error: unknown): error is Refused {
  if (!(error instanceof Refused)) return false;
  return error.status === undefined || [200, 400, 404, 409].includes(error.status);
}

/** The result of an action. One that Azure no longer knows is begun again: actions here only read. */
async function perform(arm: Arm, action: Action, work: LongWork): Promise<unknown> {
  for (;;) {
    const ended = await work.end();
    if (ended.state === 'failed') throw ended.error;
    if (ended.state === 'succeeded') {
      if (ended.resultUrl !== null) return await arm.result(ended.resultUrl, work.reading());
      return at(ended.body, 'properties', 'output') ?? ended.body;
    }
    const reply = await arm.post(action.path, action.apiVersion, action.body, { deed: action.what });
    if (reply.status === 200) return reply.body;
    work.begin('post', reply);
    if (work.deedUnderway === null) return reply.body;
  }
}
