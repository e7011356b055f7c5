/**
 * What a router is at the moment, read in one session.
 */
import { parseConfiguration, renderConfiguration } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import { archiveIsOn, parsePending } from './guard.ts';
import { interfaceName } from './normal-form.ts';
import type { InterfaceState, PendingRollback, RouterState } from './plan/intent.ts';
import type { Session } from './session.ts';
import { parseInterfaces } from './show/interfaces.ts';
import { parseRoutes } from './show/ip-route.ts';
import { parseVersion, releaseOf } from './show/version.ts';
import { ifKnown, required } from './type-ahead.ts';
import type { Shown } from './type-ahead.ts';

const commands = {
  running: 'show running-config',
  brief: 'show ip interface brief',
  version: 'show version',
  users: 'show users',
  routes: 'show ip route',
  startup: 'show startup-config',
  pending: 'show archive config rollback timer',
} as const;

/** The running configuration in normal form. Holds secrets. */
export async function readRunning(session: Session): Promise<ConfigTree> {
  return parseConfiguration(required((await session.show([commands.running]))[0]));
}

export interface RunningState {
  readonly running: ConfigTree;
  /** Terminal lines that are taken, ours among them; null if the router does not tell. */
  readonly linesTaken: number | null;
  /** A change that waits to be confirmed; without an archive there can be none. */
  readonly pending: PendingRollback | null;
}

function pendingOf(running: ConfigTree, shown: Shown | undefined): PendingRollback | null {
  return archiveIsOn(running) ? parsePending(ifKnown(shown) ?? '') : null;
}

/** The running configuration, and whether a change of it waits to be confirmed. Holds secrets. */
export async function readChange(session: Session): Promise<RunningState> {
  const [shown, pending, users] = await session.show([commands.running, commands.pending, commands.users]);
  const running = parseConfiguration(required(shown));
  return { running, pending: pendingOf(running, pending), linesTaken: linesTakenIn(ifKnown(users)) };
}

/** Running and startup configuration; the latter null if the router does not show it. Both hold secrets. */
export async function readStored(
  session: Session,
): Promise<{ readonly running: ConfigTree; readonly startup: ConfigTree | null }> {
  const [running, startup] = await session.show([commands.running, commands.startup]);
  return { running: parseConfiguration(required(running)), startup: startupOf(ifKnown(startup)) };
}

/** A router that was never saved says so in place of a configuration. */
function startupOf(text: string | null): ConfigTree | null {
  if (text === null || /^\s*%?\s*startup-config is not present/im.test(text)) return null;
  return parseConfiguration(text);
}

function sameText(one: ConfigTree, other: ConfigTree): boolean {
  const text = (tree: ConfigTree): string => renderConfiguration(tree).join('\n');
  return text(one) === text(other);
}

/** Where the session in the line marked `*` comes from: `*  1 vty 0  azureuser  idle  00:00:00 198.51.100.10`. */
export function peerAddressIn(users: string): string | null {
  const own = users.split('\n').find((line) => line.trimStart().startsWith('*'));
  return /(?:^|\s)(\d{1,3}(?:\.\d{1,3}){3})\s*$/.exec(own ?? '')?.[1] ?? null;
}

/** How many vty lines `show users` has a session on. */
function linesTakenIn(users: string | null): number | null {
  const found = users?.split('\n').filter((line) => /^[ *]*\d+ vty +\d/.test(line)) ?? [];
  return found.length === 0 ? null : found.length;
}

/** Reads everything that a plan is made from. Holds secrets, as the running configuration does. */
export async function readRouter(session: Session): Promise<RouterState> {
  const names = Object.keys(commands) as (keyof typeof commands)[];
  const replies = await session.show(names.map((name) => commands[name]));
  const shown = (name: keyof typeof commands): Shown | undefined => replies[names.indexOf(name)];
  const running = parseConfiguration(required(shown('running')));
  const [users, routes] = [ifKnown(shown('users')), ifKnown(shown('routes'))];
  const startup = startupOf(ifKnown(shown('startup')));
  return {
    hostname: session.hostname,
    version: releaseOf(parseVersion(required(shown('version'))).version),
    running,
    interfaces: parseInterfaces(required(shown('brief'))).map(
      ({ interface: name, ipAddress, status, protocol }): InterfaceState => ({
        name: interfaceName(name),
        address: ipAddress === 'unassigned' ? null : ipAddress,
        up: status === 'up' && protocol === 'up',
      }),
    ),
    peerAddress: users === null ? null : peerAddressIn(users),
    linesTaken: linesTakenIn(users),
    saved: startup === null ? null : sameText(startup, running),
    routes: routes === null ? [] : parseRoutes(routes),
    pending: pendingOf(running, shown('pending')),
  };
}
