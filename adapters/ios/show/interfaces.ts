/** `show ip interface brief`, names as printed. */
import { defined } from './text.ts';

export interface InterfaceBrief {
  readonly interface: string;
  /** `unassigned` without one. */
  readonly ipAddress: string;
  readonly ok?: string;
  readonly method?: string;
  /** `up`, `down`, `administratively down`, `standby mode`, `deleted`. */
  readonly status: string;
  /** `up`, `down`; `up (spoofing)` on an interface that dials. */
  readonly protocol: string;
}

const state = String.raw`(administratively down|standby mode|[a-z]+(?: ?\(\w+\))?) ([a-z]+(?: ?\(\w+\))?)`;
const row = new RegExp(String.raw`^(\S+) (unassigned|\d+\.\d+\.\d+\.\d+)(?: (YES|NO) (\S+))? ${state}$`, 'i');

export function parseInterfaces(output: string): InterfaceBrief[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [, name, ipAddress, ok, method, status, protocol] = row.exec(line.trim().replace(/\s+/g, ' ')) ?? [];
    if (name === undefined || ipAddress === undefined || status === undefined || protocol === undefined) return [];
    return [{ ...defined({ ok, method }), interface: name, ipAddress, status, protocol }];
  });
}
