/** `show version`. */
import { find } from './text.ts';

export interface Version {
  /** As printed: `17.3.3`, `15.3(2)S1`. */
  readonly version: string | null;
  readonly hostname: string | null;
  readonly uptime: string | null;
  readonly hardware: readonly string[];
  readonly serial: readonly string[];
  readonly configRegister: string | null;
  readonly image: string | null;
  readonly rommon: string | null;
  readonly reloadReason: string | null;
}

function all(output: string, pattern: RegExp): string[] {
  return [...new Set([...output.matchAll(pattern)].map((found) => found[1] ?? ''))];
}

export function parseVersion(output: string): Version {
  return {
    version:
      find(output, /\([A-Z0-9_.-]+\), Version ([^,\s]+)/i) ?? find(output, /Software.*, Version ([^,\s]+)/) ?? null,
    hostname: find(output, /^\s*(\S+) uptime is /m) ?? null,
    uptime: find(output, /^\s*\S+ uptime is (.+)$/m) ?? null,
    hardware: all(output, /^(?:cisco (\S+) .*(?:processor|bytes of memory).*|)$/gim).filter((name) => name !== ''),
    serial: all(output, /^(?:Processor board ID|System Serial Number\s*:)\s*(\S+)/gim),
    configRegister: find(output, /^Configuration register is (\S+)/m) ?? null,
    image: find(output, /\(([A-Z0-9_.-]+)\), Version /i) ?? null,
    rommon: find(output, /^ROM:\s*(\S+)/m) ?? null,
    reloadReason: find(output, /^Last reload reason\s*:?\s*(.+)$/im) ?? null,
  };
}

/** `17.3.3` for `17.03.03`; a release that counts otherwise stays as it is, and none is `unknown`. */
export function releaseOf(version: string | null): string {
  return version?.replace(/\b0+(?=\d)/g, '') ?? 'unknown';
}
