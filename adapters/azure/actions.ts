/** Long actions on a resource that answer something: effective routes and Run Command. */
import { Refused } from '../errors.ts';
import { listAt, textAt, textsAt, type Body } from './json.ts';
import { versions } from './versions.ts';

/** A POST whose answer comes at the end of an operation. */
export interface Action {
  readonly what: string;
  readonly path: string;
  readonly apiVersion: string;
  /** Null: it takes none. */
  readonly body: Body | null;
}

/** Works only for a NIC of a running VM (azure.md, 1.4). */
export function effectiveRoutesAction(nicId: string): Action {
  return {
    what: `effective routes of ${nicId.slice(nicId.lastIndexOf('/') + 1)}`,
    path: `${nicId}/effectiveRouteTable`,
    apiVersion: versions.network,
    body: null,
  };
}

export interface EffectiveRoute {
  readonly prefix: string;
  readonly nextHopType: string;
  readonly source: string;
  readonly state: string;
}

/** One route per prefix; Azure lists several prefixes in one entry. */
export function parseRoutes(result: unknown): EffectiveRoute[] {
  return listAt(result, 'value').flatMap((entry) =>
    textsAt(entry, 'addressPrefix').map((prefix) => ({
      prefix,
      nextHopType: textAt(entry, 'nextHopType'),
      source: textAt(entry, 'source'),
      state: textAt(entry, 'state'),
    })),
  );
}

/** A ping on a Linux VM. The address and the count are checked: they become part of a shell line. */
export function pingAction(vmId: string, target: string, count: number): Action {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(target) || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw new Refused({
      what: `A ping of ${target} with ${count} packets cannot be sent`,
      next: 'Give an IPv4 address and a count from 1 to 1000',
    });
  }
  return {
    what: `Run Command on ${vmId.slice(vmId.lastIndexOf('/') + 1)}`,
    path: `${vmId}/runCommand`,
    apiVersion: versions.compute,
    body: { commandId: 'RunShellScript', script: [pingCommand(target, count)] },
  };
}

export function pingCommand(target: string, count: number): string {
  return `ping ${target} -c ${count}`;
}

export interface PingStatistics {
  readonly sent: number;
  readonly received: number;
  readonly lossPercent: number;
  readonly statistics: string;
}

/**
 * The statistics line of Linux's ping in what Run Command answers.
 * @throws Refused if there is none: the command did not run.
 */
export function parsePing(result: unknown): PingStatistics {
  const output = listAt(result, 'value')
    .map((entry) => textAt(entry, 'message'))
    .join('\n');
  const line = output.split(/\r?\n/).findLast((candidate) => /packets transmitted/.test(candidate)) ?? '';
  const found = /(\d+) packets transmitted, (\d+) (?:packets )?received,.*?([\d.]+)% packet loss/.exec(line);
  if (found === null) {
    throw new Refused({
      what: `Run Command answered no ping statistics: ${output.trim().slice(0, 200) || 'nothing'}`,
      next: 'Check that the VM agent of the probe runs and that ping is installed, then resume',
    });
  }
  return {
    sent: Number(found[1]),
    received: Number(found[2]),
    lossPercent: Number(found[3]),
    statistics: line.trim(),
  };
}
