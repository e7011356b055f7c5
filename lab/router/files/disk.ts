/** What stands behind the file names of exec commands: flash, NVRAM, the running configuration, and what is elsewhere. */
import { fullConfig } from '../show/config.ts';
import type { Machine } from '../machine.ts';

/** Size of the flash of a small VM, in bytes. */
export const DISK_BYTES = 6_286_540_800;

export type Place =
  | { readonly kind: 'disk'; readonly key: string; readonly shown: string; readonly path: string }
  | { readonly kind: 'running' | 'startup' | 'null'; readonly shown: string }
  /** `tftp:`, `scp:` and so on: nobody answers there. */
  | { readonly kind: 'remote'; readonly shown: string };

const REMOTE = /^(tftp|ftp|scp|sftp|http|https|rcp):/i;

/** `bootflash:/x` and `flash:x` are `bootflash:x`. */
export function fileName(text: string): string {
  return text.replace(/^(boot)?flash:\/*/i, 'bootflash:');
}

/** Reads the name of a file as it is typed; one without a file system is on the flash. */
export function placeOf(text: string): Place {
  if (/^(nvram:\/?)?startup-config$/i.test(text)) return { kind: 'startup', shown: 'startup-config' };
  if (/^(system:\/?)?running-config$/i.test(text)) return { kind: 'running', shown: 'running-config' };
  if (/^null:/i.test(text)) return { kind: 'null', shown: 'null:' };
  if (REMOTE.test(text)) return { kind: 'remote', shown: text };
  const [, disk = 'bootflash', path = ''] = /^(?:([a-z-]*\d*):)?\/*(.*)$/i.exec(text) ?? [];
  const local = /^(boot)?flash\d*$/i.test(disk);
  return {
    kind: 'disk',
    key: local ? `bootflash:${path}` : `${disk.toLowerCase()}:${path}`,
    shown: `${disk.toLowerCase()}:/${path}`,
    path,
  };
}

/** The text of a file; null: there is none. */
export function readPlace(machine: Machine, place: Place): string | null {
  switch (place.kind) {
    case 'running':
      return fullConfig(machine);
    case 'startup':
      return machine.state.startup;
    case 'null':
      return '';
    case 'remote':
      return null;
    case 'disk':
      return machine.state.files[place.key]?.text ?? null;
    default:
      throw new Error(`unknown place ${String(place satisfies never)}`);
  }
}

export function writeFile(machine: Machine, key: string, text: string): void {
  machine.state.files[key] = { text, at: machine.now() };
  machine.changed();
}

/** True if there was one. */
export function removeFile(machine: Machine, key: string): boolean {
  const { [key]: gone, ...rest } = machine.state.files;
  if (gone === undefined) return false;
  machine.state.files = rest;
  machine.state.archived = machine.state.archived.filter((one) => one !== key);
  machine.changed();
  return true;
}

export interface Entry {
  readonly name: string;
  readonly rights: string;
  readonly bytes: number;
  readonly at: number;
}

/** What is on the flash: the software it came with, and the files that were made. */
export function entriesOf(machine: Machine): Entry[] {
  const { long, model } = machine.release;
  const made = Object.entries(machine.state.files)
    .filter(([key]) => key.startsWith('bootflash:'))
    .map(([key, { text, at }]): Entry => ({
      name: key.replace('bootflash:', ''),
      rights: '-rw-',
      bytes: Buffer.byteLength(text),
      at,
    }));
  const image = `${model.toLowerCase()}-mono-universalk9.${long}.SPA.pkg`;
  const at = machine.release.built.at;
  const software: Entry[] = [
    { name: 'lost+found', rights: 'drwx', bytes: 16_384, at },
    { name: image, rights: '-rw-', bytes: 425_288_648, at },
    { name: 'packages.conf', rights: '-rw-', bytes: 5199, at },
    { name: 'core', rights: 'drwx', bytes: 4096, at },
    { name: 'tracelogs', rights: 'drwx', bytes: 12_288, at },
  ];
  return [...software, ...made];
}

export function missing(place: { readonly shown: string }): string {
  return `%Error opening ${place.shown} (No such file or directory)`;
}
