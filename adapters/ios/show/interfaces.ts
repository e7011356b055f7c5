/** `show ip interface brief`, names as printed. */
import { defined } from './text.ts';

export interface InterfaceBrief {
  readonly interface: string;
  /** `unassigned` without one. */
  readonly ipAddress: string;
  readonly ok?: string;
  readonly method?: string;
  /** `up`, `down`, `administratively down`. */
  readonly status: string;
  readonly protocol: string;
}

const row =
  /^\s*(\S+)\s+(unassigned|\d+\.\d+\.\d+\.\d+)(?:\s+(YES|NO)\s+(\S+))?\s+((?:administratively )?[a-z]+)\s+([a-z]+)\s*$/i;

export function parseInterfaces(output: string): InterfaceBrief[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [, name, ipAddress, ok, method, status, protocol] = row.exec(line.replace(/\s+/g, ' ')) ?? [];
    if (name === undefined || ipAddress === undefined || status === undefined || protocol === undefined) return [];
    return [{ ...defined({ ok, method }), interface: name, ipAddress, status, protocol }];
  });
}
