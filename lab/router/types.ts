import type { FaultDesk, LabClock, RouterLink, RouterView } from '../ports.ts';

/** Someone who may log in. Public keys are OpenSSH lines (`ssh-rsa AAAA… comment`). */
export interface RouterUser {
  readonly name: string;
  /** 1 lands at `>`, 15 at `#`. */
  readonly privilege: number;
  readonly password?: string;
  readonly publicKeys: readonly string[];
}

export interface RouterOptions {
  /** Unique in the lab: a VM's ARM id, or a declared device's name. */
  readonly key: string;
  /** The name a machine without a stored configuration boots with. */
  readonly hostname: string;
  /** `15.x`, `17.3`, `17.15`, or a full version such as `17.3.3` or `17.15.1a`. */
  readonly release: string;
  /** The VM it runs on; null for a declared device. */
  readonly vmId: string | null;
  /** The address that Azure sees packets of this router come from; asked each time, as it can change. */
  readonly publicAddress: () => string | null;
  /** What DHCP hands to GigabitEthernet1 (addresses and mask dotted). */
  readonly gigabitEthernet1: { readonly address: string; readonly mask: string; readonly gateway: string };
  readonly users: readonly RouterUser[];
  /** Asked for by `enable`; without it `enable` below privilege 15 says `% No password set`. */
  readonly enableSecret?: string;
  /** A startup configuration for a router that has no stored state yet; without it the fresh-VM one is made. */
  readonly startupConfig?: string;
  /** JSON, mode 0600: configurations, files, host key, clock. Survives restarts of the lab. */
  readonly stateFile: string;
  /** TCP port on 127.0.0.1; 0 = the stored one, else a free one, which then stays. */
  readonly port: number;
  readonly clock: LabClock;
  readonly faults: FaultDesk;
}

/** What the control endpoint shows of a router. Holds secrets as the running configuration does. */
export interface RouterInventory {
  readonly key: string;
  readonly hostname: string;
  readonly release: string;
  readonly running: boolean;
  readonly port: number;
  readonly clock: string;
  readonly sessions: readonly {
    readonly user: string;
    readonly line: string;
    readonly from: string;
    readonly mode: string;
  }[];
  /** SHA-256 of the running configuration. */
  readonly configHash: string;
  readonly startupMatches: boolean;
  readonly runningConfig: string;
  readonly tunnels: readonly { readonly name: string; readonly lineUp: boolean; readonly reason: string | null }[];
  /** The BGP neighbors; `reason` says why a session is not Established. */
  readonly bgp: readonly { readonly neighbor: string; readonly state: string; readonly reason: string | null }[];
}

/** An IOS-XE router over SSH. */
export interface Router extends RouterView {
  readonly port: number;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly hostKeyFingerprint: string;
  /** The host key as a known_hosts value: `ssh-rsa AAAA…`. */
  readonly hostPublicKey: string;
  /** Gives it the link that `Dataplane.attach` returned; without one there is no tunnel. */
  setLink(link: RouterLink): void;
  /** Calls the listener after every change of configuration, power or clock; returns how to stop. */
  onChange(listener: () => void): () => void;
  /**
   * Off: sessions break, the running configuration is gone. On: loads the startup configuration and answers on SSH
   * after `bootMilliseconds` of wall-clock time (default 0). Does nothing if the power is already so.
   */
  power(on: boolean, bootMilliseconds?: number): void;
  /** Moves the router's clock on: timers that fall due fire, lifetimes end. */
  advanceSeconds(seconds: number): void;
  inventory(): RouterInventory;
  /** Ends it and removes the state file (with the host key): the VM was deleted. */
  destroy(): Promise<void>;
  /** Ends sessions and the listener; the state stays for the next start. */
  close(): Promise<void>;
}
