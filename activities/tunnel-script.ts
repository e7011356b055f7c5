/** The device script of a connection: chosen, fetched and prepared. It holds the shared key, so it stays in the activity. */
import { Context } from '@temporalio/activity';
import { readSharedKey } from '../adapters/azure/connection.ts';
import { chooseDevice, deviceScript, supportedDevices, type DeviceChoice } from '../adapters/azure/device-script.ts';
import { gatewaySpeakers } from '../adapters/azure/gateway.ts';
import { versions } from '../adapters/azure/versions.ts';
import { Refused } from '../adapters/errors.ts';
import { prepareScript, type BgpIntent, type PreparedScript, type TunnelIntent } from '../adapters/ios/index.ts';
import { isLinkLocal } from '../domain/bgp.ts';
import { lastName } from '../domain/names.ts';
import type { ScriptFacts, TunnelRequest } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';

export interface TunnelScript {
  readonly intent: TunnelIntent;
  readonly prepared: PreparedScript;
  /** Null where Azure offers no script for IOS. */
  readonly device: DeviceChoice | null;
  /** Why Sitelink has rendered the script itself; null for Azure's. */
  readonly reason: string | null;
}

/**
 * Azure's script, or our own where it offers none that is of use, and for a policy of our own.
 * @throws Refused for a script with placeholders or forbidden commands, or one that does not fit the connection; and for
 * one that the site file names and that is of no use.
 */
export async function fetchScript(deps: ActivityDeps, request: TunnelRequest): Promise<TunnelScript> {
  const { arm } = deps;
  const signal = Context.current().cancellationSignal;
  const intent = { ...request, sharedKey: await sharedKeyOf(deps, request), bgp: await bgpOf(deps, request) };
  const devices = await supportedDevices(arm, request.gatewayId, signal);
  const device = choose(devices, request.connection.deviceScript);
  const offered = await offeredScript(deps, request, device);
  const reason = intent.ipsecPolicy === null ? offered.reason : 'connection.ipsecPolicy asks for a policy of its own';
  const prepared = prepareScript(offered.text, intent);
  const said = reason === null ? [] : [`the script is rendered by Sitelink: ${reason}`];
  return { intent, device, reason, prepared: { ...prepared, adjustments: [...said, ...prepared.adjustments] } };
}

interface Offered {
  readonly text: string | null;
  readonly reason: string | null;
}

/** What Azure offers, or why it is of no use. */
async function offeredScript(
  deps: ActivityDeps,
  request: TunnelRequest,
  device: DeviceChoice | null,
): Promise<Offered> {
  if (device === null) return { text: null, reason: 'Azure offers none for Cisco IOS' };
  const named = request.connection.deviceScript !== null;
  try {
    const signal = Context.current().cancellationSignal;
    const text = await deviceScript(deps.arm, request.connectionId, device, signal);
    const lack = named ? null : lackOf(text, request.gatewayAddresses);
    return lack === null ? { text, reason: null } : { text: null, reason: `Azure's for ${device.family} ${lack}` };
  } catch (error) {
    if (named || !(error instanceof Refused)) throw error;
    return { text: null, reason: error.shortMessage };
  }
}

/** What a script lacks altogether, so that there is nothing in it to judge line by line. */
function lackOf(text: string, gateways: readonly string[]): string | null {
  if (!/^\s*int\w*\s+tun\w*\s*\d/im.test(text)) return 'holds no tunnel interface';
  const ends = [...text.matchAll(/^\s*tunnel destination\s+(\d\S*)/gim)].map(([, end]) => end ?? '');
  const missing = gateways.filter((gateway) => !ends.includes(gateway));
  // Ends that are not the gateway's are no lack, but wrong: they are refused with their line.
  const others = ends.filter((end) => !gateways.includes(end));
  return ends.length > 0 && others.length === 0 && missing.length > 0 ? `has no tunnel to ${missing.join(', ')}` : null;
}

/**
 * BGP with the addresses at which the gateway speaks: link-local ones to a link-local peer, else those in its subnet.
 * @throws Refused where the gateway has none.
 */
export async function bgpOf(deps: ActivityDeps, { gatewayId, bgp }: TunnelRequest): Promise<BgpIntent | null> {
  if (bgp === null) return null;
  const ask = { deed: `Reading VPN gateway ${lastName(gatewayId)}`, signal: Context.current().cancellationSignal };
  const speakers = gatewaySpeakers(await deps.arm.get(gatewayId, versions.network, ask));
  const linkLocal = isLinkLocal(bgp.peerAddress);
  const neighbors = speakers.map((one) => ({
    gatewayAddress: one.publicAddress,
    address: linkLocal ? one.apipa : one.address,
  }));
  return { ...bgp, neighbors };
}

/** Azure's own answer counts, because it is what the gateway uses; the reference helps where Azure gives none. */
async function sharedKeyOf(deps: ActivityDeps, request: TunnelRequest): Promise<string | null> {
  const read = await readSharedKey(deps.arm, request.connectionId, Context.current().cancellationSignal);
  if (read !== '') return read;
  const { sharedKey } = request.connection;
  return 'generate' in sharedKey ? null : deps.secrets.sharedKey(sharedKey);
}

/** @throws Refused for an override that the list does not have. */
function choose(devices: readonly DeviceChoice[], override: DeviceChoice | null): DeviceChoice | null {
  try {
    return chooseDevice(devices, override);
  } catch (error) {
    if (override === null && error instanceof Refused) return null;
    throw error;
  }
}

export function scriptFacts({ device, prepared, reason }: TunnelScript): ScriptFacts {
  const { origin, digest, unresolvedPlaceholders } = prepared;
  const { vendor, family, firmware } = device ?? { vendor: 'none', family: 'none', firmware: 'none' };
  const rewrites = prepared.rewrites.map(({ where, from, to }) => ({ where, from, to }));
  return { vendor, family, firmware, digest, origin, reason, unresolvedPlaceholders, rewrites };
}
