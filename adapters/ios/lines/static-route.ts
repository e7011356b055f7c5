import { node } from '../config-tree.ts';
import type { ConfigNode } from '../config-tree.ts';
import { addressAndMask, networkOfMask } from '../ipv4.ts';
import type { Network } from '../ipv4.ts';

/** `ip route 172.16.0.0 255.255.0.0 Tunnel11`; `options` is what stands behind, such as a distance. */
export interface StaticRoute {
  readonly destination: Network;
  /** An interface or a next hop. */
  readonly via: string;
  readonly options: string;
}

export const staticRoute = {
  opens: (line: string): boolean => /^ip route \d/.test(line),

  /** Null for what is no route, such as one with a mask that has holes. */
  parse({ line }: ConfigNode): StaticRoute | null {
    const found = /^ip route (\S+) (\S+) (\S+)((?: .+)?)$/.exec(line);
    if (found === null) return null;
    const [, address, mask, via, options] = found;
    const destination = networkOfMask(address ?? '', mask ?? '');
    return destination === null ? null : { destination, via: via ?? '', options: options?.trim() ?? '' };
  },

  render({ destination, via, options }: StaticRoute): ConfigNode {
    return node(`ip route ${addressAndMask(destination)} ${via}${options === '' ? '' : ` ${options}`}`);
  },
};
