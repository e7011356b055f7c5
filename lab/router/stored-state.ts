import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { readIfThere, writeAtomic } from '../state-dir.ts';

export interface Change {
  readonly at: number;
  readonly by: string;
}

/** A change that rolls back by itself unless it is confirmed. */
export interface PendingRevert {
  readonly at: number;
  readonly minutes: number;
  readonly idle: boolean;
  readonly user: string;
  /** The file it rolls back to. */
  readonly file: string;
  /** Number of the line (vty) that is told one minute before. */
  readonly line: number;
}

/** The licence level in force: that of the configuration it booted with. */
export interface Licence {
  readonly level: string;
  readonly addon: string | null;
}

/** What survives the end of the lab's process. */
export interface StoredState {
  version: 1;
  port: number;
  /** PKCS#1 PEM. */
  hostKey: string;
  /** A number that a machine keeps for life: serial number, SPI-like identities. */
  serial: string;
  powered: boolean;
  /** When a boot or a reload that is under way ends, by the router's clock; null once it has. */
  readyAt: number | null;
  running: string;
  startup: string | null;
  files: Record<string, { text: string; at: number }>;
  offsetMs: number;
  bootedAt: number;
  reloadReason: string;
  lastChange: Change | null;
  nvramChange: Change | null;
  archived: string[];
  archiveCount: number;
  revert: PendingRevert | null;
  /** When a planned `reload in` comes. */
  reloadAt: number | null;
  log: string[];
  /** Null: none. */
  licence: Licence | null;
  /** Whether it booted with weak cryptography allowed. */
  weakAllowed: boolean;
  /** By interface, the `ip address` line that came from the startup configuration. */
  nvramAddresses: Record<string, string>;
}

/** What files of earlier versions do not have. */
const LATER: Pick<StoredState, 'licence' | 'weakAllowed' | 'nvramAddresses'> = {
  licence: null,
  weakAllowed: false,
  nvramAddresses: {},
};

/** The state in a file, or null if there is none; throws if it is not a router's. */
export function readState(file: string): StoredState | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    const state = { ...LATER, ...(JSON.parse(text) as StoredState) };
    if (state.version === 1 && typeof state.hostKey === 'string' && typeof state.running === 'string') return state;
  } catch (error) {
    throw new Error(`${file} is no JSON: remove it to have the router made anew`, { cause: error });
  }
  throw new Error(`${file} is no state of a router: remove it to have the router made anew`);
}

export function writeState(file: string, state: StoredState): void {
  writeAtomic(file, JSON.stringify(state));
}

/** A new router's state: with a host key, never configured, off. */
export async function newState(serial: string, now: number): Promise<StoredState> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return {
    version: 1,
    port: 0,
    hostKey: privateKey,
    serial,
    powered: false,
    readyAt: null,
    running: '',
    startup: null,
    files: {},
    offsetMs: 0,
    bootedAt: now,
    reloadReason: 'Unknown reason',
    lastChange: null,
    nvramChange: null,
    archived: [],
    archiveCount: 0,
    revert: null,
    reloadAt: null,
    log: [],
    ...LATER,
  };
}
