/** `show version`. */
import { blocks, find } from './text.ts';

export interface Version {
  /** As printed: `17.3.3`, `15.3(2)S1`. */
  readonly version: string | null;
  readonly hostname: string | null;
  readonly uptime: string | null;
  /** One per chassis or member of a stack. */
  readonly hardware: readonly string[];
  readonly serial: readonly string[];
  readonly configRegister: string | null;
  readonly image: string | null;
  readonly rommon: string | null;
  readonly reloadReason: string | null;
}

/** `(IMAGE), Version 17.3.3,` or `(IMAGE), Experimental Version 17.15.20240326:010319 […]`. */
const imageAndVersion = /\(([A-Za-z0-9_.+-]+)\),\s+(?:Experimental\s+)?Version\s+([^,\s]+)/;

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((found) => found[1] ?? '');
}

/** Since when it runs is not why: `reload at 22:55:31 UTC Fri Jul 25 2014` is `reload`. */
function returnedBecause(output: string): string | undefined {
  return find(output, /^\s*System returned to ROM by\s+(.+)$/m)?.replace(/ at \d\d:\d\d:\d\d .*$| \(SP by .*$/, '');
}

export function parseVersion(output: string): Version {
  const [, image, version] = imageAndVersion.exec(output) ?? [];
  // The other members of a stack follow the table of the switches, each in a section of its own.
  const members = blocks(output, /^\s*Switch \d+\s*$/).join('\n');
  const boards = all(output, /^\s*Processor board ID\s+(\w+)/gim);
  return {
    version: version ?? find(output, /Software.*,\s+Version\s+([^,\s]+)/) ?? null,
    hostname: find(output, /^\s*(\S+) uptime is /m) ?? null,
    uptime: find(output, /^\s*\S+ uptime is (.+)$/m) ?? null,
    hardware: [
      ...all(output, /^\s*\S+ (\S+) \([^)]*\).*(?:processor|bytes of .*memory).*$/gim),
      ...all(members, /^\s*Model Number\s*:\s*(\S+)/gim),
    ],
    serial: [
      ...(boards.length > 0 ? boards : all(output, /^\s*System Serial Number\s*:\s*(\w+)/gim).slice(0, 1)),
      ...all(members, /^\s*System Serial Number\s*:\s*(\w+)/gim),
    ],
    configRegister: find(output, /^\s*Configuration register is (\S+)/m) ?? null,
    image: image ?? null,
    rommon: find(output, /^\s*ROM:[ \t]*(\S+)/m) ?? null,
    reloadReason: find(output, /^\s*Last reload reason\s*:?[ \t]*(.+)$/im) ?? returnedBecause(output) ?? null,
  };
}

/** `17.3.3` for `17.03.03`; a release that counts otherwise stays as it is, and none is `unknown`. */
export function releaseOf(version: string | null): string {
  return version?.replace(/\b0+(?=\d)/g, '') ?? 'unknown';
}
