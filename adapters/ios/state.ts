/**
 * What a router is at the moment, read in one session.
 */
import { DeviceRejected } from '../errors.ts';
import { parseConfiguration, renderConfiguration } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import { iosXe } from './dialect.ts';
import { archiveIsOn, parsePending } from './guard.ts';
import { interfaceName } from './normal-form.ts';
import type { InterfaceState, PendingRollback, RouterState } from './plan/intent.ts';
import type { Session } from './session.ts';
import { parseInterfaces } from './show/interfaces.ts';
import { parseRoutes } from './show/ip-route.ts';
import { parseVersion, releaseOf } from './show/version.ts';

const shows = { seconds: iosXe.timeouts.show };

/** The running configuration in normal form. Holds secrets. */
export async function readRunning(session: Session): Promise<ConfigTree> {
  return parseConfiguration(await session.run('show running-config', shows));
}

/** The text of a command that this router may not have; null if it refuses it. */
async function runIfKnown(session: Session, command: string): Promise<string | null> {
  try {
    return await session.run(command, shows);
  } catch (error) {
    if (error instanceof DeviceRejected) return null;
    throw error;
  }
}

/** A change that waits to be confirmed. Without an archive there can be none, and nothing is asked. */
export async function readPending(session: Session, running: ConfigTree): Promise<PendingRollback | null> {
  if (!archiveIsOn(running)) return null;
  return parsePending((await runIfKnown(session, 'show archive config rollback timer')) ?? '');
}

/** The startup configuration in normal form; null if the router does not show it. Holds secrets. */
export async function readStartup(session: Session): Promise<ConfigTree | null> {
  const text = await runIfKnown(session, 'show startup-config');
  return text === null ? null : parseConfiguration(text);
}

async function readSaved(session: Session, running: ConfigTree): Promise<boolean | null> {
  const startup = await readStartup(session);
  if (startup === null) return null;
  const lines = (tree: ConfigTree): string => renderConfiguration(tree).join('\n');
  return lines(startup) === lines(running);
}

/** Where the session in the line marked `*` comes from: `*  1 vty 0  azureuser  idle  00:00:00 198.51.100.10`. */
export function peerAddressIn(users: string): string | null {
  const own = users.split('\n').find((line) => line.trimStart().startsWith('*'));
  return /(?:^|\s)(\d{1,3}(?:\.\d{1,3}){3})\s*$/.exec(own ?? '')?.[1] ?? null;
}

/** Reads everything that a plan is made from. Holds secrets, as the running configuration does. */
export async function readRouter(session: Session): Promise<RouterState> {
  const running = await readRunning(session);
  const brief = await session.run('show ip interface brief', shows);
  const version = parseVersion(await session.run('show version', shows));
  const users = await runIfKnown(session, 'show users');
  const routes = await runIfKnown(session, 'show ip route');
  return {
    hostname: session.hostname,
    version: releaseOf(version.version),
    running,
    interfaces: parseInterfaces(brief).map(({ interface: name, ipAddress, status, protocol }): InterfaceState => ({
      name: interfaceName(name),
      address: ipAddress === 'unassigned' ? null : ipAddress,
      up: status === 'up' && protocol === 'up',
    })),
    peerAddress: users === null ? null : peerAddressIn(users),
    saved: await readSaved(session, running),
    routes: routes === null ? [] : parseRoutes(routes),
    pending: await readPending(session, running),
  };
}
