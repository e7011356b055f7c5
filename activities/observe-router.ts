/** Reads the router and the device script anew and compares them; changes nothing, and finds what does not hold. */
import { Context } from '@temporalio/activity';
import { AdapterError, Busy, DeviceRejected, Refused, Unreachable } from '../adapters/errors.ts';
import {
  observeLoopbacks,
  observeTunnel,
  readRouter,
  withSession,
  type RouterState,
  type TunnelObservation,
} from '../adapters/ios/index.ts';
import { shortId } from '../domain/names.ts';
import type { LoopbackSpec } from '../domain/spec.ts';
import type { Observation, TunnelRequest } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { openerOf } from './router-access.ts';
import { fetchScript, scriptFacts, type TunnelScript } from './tunnel-script.ts';

/** A session that is lost once is no finding; one that cannot be had in so many attempts is. */
const attemptsBeforeUnreachable = 4;
/** `match address local` in policy and profile, and `tunnel source`; a shared policy may match every address. */
const addressesBehindNat = 3;

export async function observeRouter(
  deps: ActivityDeps,
  { tunnel, loopbacks }: { readonly tunnel: TunnelRequest; readonly loopbacks: readonly LoopbackSpec[] },
): Promise<readonly Observation[]> {
  const name = tunnel.access.expectedHostname;
  const script = await found(() => fetchScript(deps, tunnel));
  const row10 = observeScript(tunnel, script);
  const secret = script instanceof AdapterError ? null : script.intent.sharedKey;
  const state = await found(() => withSession(openerOf(deps, tunnel.access, secret), readRouter));
  if (state instanceof AdapterError) {
    const observed = { answers: false, reason: state.shortMessage };
    return [{ row: 3, holds: false, observed, source: `${name}: SSH` }, row10];
  }
  const seen: Observation[] = [
    {
      row: 3,
      holds: state.hostname === name,
      observed: { answers: true, hostname: state.hostname, version: state.version },
      source: `${name}: SSH`,
    },
  ];
  if (loopbacks.length > 0) seen.push(loopbackRow(name, state, loopbacks));
  seen.push(row10);
  if (script instanceof AdapterError) return seen;
  const compared = observeTunnel(state, script.prepared, script.intent);
  return [...seen, natRow(tunnel, compared), linesRow(name, compared)];
}

/** What was read, or the error that is a finding. @throws what is to be tried again. */
async function found<T>(read: () => Promise<T>): Promise<T | AdapterError> {
  try {
    return await read();
  } catch (error) {
    const { attempt } = Context.current().info;
    const isFinding =
      error instanceof Refused ||
      error instanceof DeviceRejected ||
      (error instanceof Unreachable && attempt >= attemptsBeforeUnreachable);
    if (!isFinding || error instanceof Busy) throw error;
    return error;
  }
}

function observeScript(tunnel: TunnelRequest, script: TunnelScript | AdapterError): Observation {
  const source = `POST ${shortId(tunnel.connectionId)}/vpndeviceconfigurationscript`;
  if (script instanceof AdapterError) {
    return { row: 10, holds: false, observed: { reason: script.shortMessage }, source };
  }
  const { vendor, family, firmware, digest, origin, reason, unresolvedPlaceholders } = scriptFacts(script);
  const why = reason === null ? {} : { reason };
  const observed = { vendor, family, firmware, digest, origin, ...why, unresolvedPlaceholders };
  return { row: 10, holds: unresolvedPlaceholders === 0, observed, source };
}

function loopbackRow(name: string, state: RouterState, loopbacks: readonly LoopbackSpec[]): Observation {
  const { missing } = observeLoopbacks(state, loopbacks);
  return {
    row: 4,
    holds: missing.length === 0,
    observed: {
      interfaces: loopbacks.map((one) => `${one.name} ${one.address}/${one.prefixLength}`),
      missing,
    },
    source: `${name}: show running-config`,
  };
}

/** Behind NAT every address that has to be the private one is so on the router; without NAT none was rewritten. */
function natRow(tunnel: TunnelRequest, { rewrites }: TunnelObservation): Observation {
  const { privateAddress, access } = tunnel;
  const behindNat = privateAddress !== null && privateAddress !== tunnel.publicAddress;
  const holds = behindNat
    ? rewrites.length >= addressesBehindNat - (tunnel.sharePolicy ? 1 : 0) &&
      rewrites.every(({ to, present }) => present && to === privateAddress)
    : rewrites.length === 0;
  return {
    row: 11,
    holds,
    observed: { behindNat, rewrites: rewrites.map(({ where, from, to, present }) => ({ where, from, to, present })) },
    source: `device script; ${access.expectedHostname}: show running-config`,
  };
}

function linesRow(name: string, { present, missing, tunnels }: TunnelObservation): Observation {
  return {
    row: 12,
    holds: missing.length === 0,
    observed: { readBack: present, missing, tunnels },
    source: `${name}: show running-config`,
  };
}
