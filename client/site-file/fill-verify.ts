import { breach, type Breach } from '../../domain/breach.ts';
import type { HubSpec, Ipv4, RouterSpec, VerifySpec } from '../../domain/spec.ts';
import { asIpv4, type Filled } from './filled.ts';
import type { WrittenSite } from './schema.ts';

/**
 * At Azure's pace, no keys of the file: IKE retries within minutes, routes reach a NIC later than the tunnel, and the
 * connection's status lags behind it by up to 15 minutes (azure.md, section 5). Whoever waits scales them by the
 * server's own hints.
 */
const withinSeconds: VerifySpec['withinSeconds'] = { ready: 300, routes: 600, status: 900 };

/** What is measured, with its defaults: the first loopback and the probe, where there are such. */
export function fillVerify(site: WrittenSite, router: RouterSpec, at: string, hub: HubSpec): Filled<VerifySpec> {
  const loopback = router.kind === 'azure-vm' ? router.loopbacks[0] : undefined;
  const probe = fromProbe(site, loopback?.address, `${at}.verify.fromProbe`, hub);
  const target = site.verify?.fromRouter?.target ?? hub.probe?.privateIp;
  const source = site.verify?.fromRouter?.source ?? loopback?.name;
  const path = `${at}.verify.fromRouter`;
  return {
    problems: [
      ...probe.problems,
      ...(target === undefined ? [missing(`${path}.target`, 'there is no probe', 'target: 172.16.1.10')] : []),
      ...(source === undefined ? [missing(`${path}.source`, 'no loopback is given', 'source: Loopback100')] : []),
    ],
    value: {
      fromProbe: probe.value,
      fromRouter: {
        target: asIpv4(target ?? '0.0.0.0'),
        source: source ?? '',
        count: site.verify?.fromRouter?.count ?? 100,
      },
      maxLossPercent: site.verify?.maxLossPercent ?? 0,
      withinSeconds: { ...withinSeconds, ready: site.verify?.readyWithinSeconds ?? withinSeconds.ready },
    },
  };
}

function fromProbe(
  site: WrittenSite,
  loopback: Ipv4 | undefined,
  path: string,
  hub: HubSpec,
): Filled<VerifySpec['fromProbe']> {
  const written = site.verify?.fromProbe;
  if (hub.probe === null) {
    const message = 'asks for a ping from the probe, but the hub has none';
    const remedy = 'add hub.probe, or leave fromProbe out';
    const problem = breach(path, '(a mapping)', message, remedy, ['hub.probe']);
    return { value: null, problems: written === undefined ? [] : [problem] };
  }
  if (written !== undefined) {
    return { value: { targets: written.targets.map(asIpv4), count: written.count ?? 3 }, problems: [] };
  }
  if (loopback !== undefined) return { value: { targets: [loopback], count: 3 }, problems: [] };
  return { value: null, problems: [missing(path, 'no loopback is given', 'fromProbe: { targets: [172.20.100.100] }')] };
}

function missing(path: string, why: string, example: string): Breach {
  return breach(path, '(missing)', `and has no default here: ${why}`, `add ${example}`);
}
