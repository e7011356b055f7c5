/**
 * BGP in place of static routes: what has to be on the router, rendered by us whatever the device script offers. The
 * router speaks from a loopback, so that one address serves the sessions with all instances of the gateway; each
 * instance is reached by a host route through its own tunnel (azure.md, 2.1).
 */
import { Refused } from '../../errors.ts';
import { addressAndMask, networkOfCidr } from '../ipv4.ts';
import { staticRoute } from '../lines/static-route.ts';
import type { StaticRoute } from '../lines/static-route.ts';
import type { BgpIntent } from '../plan/intent.ts';
import type { DeviceScript } from './device-script.ts';

/** Enough for any number of hops inside the tunnel; the usual value in public examples. */
const hops = 255;
const loopback = 'Loopback11';

/** The address of the gateway's speaker behind a tunnel. @throws Refused where the gateway has none there. */
function speakerBehind(destination: string | null, bgp: BgpIntent): string {
  const neighbor = bgp.neighbors.find(({ gatewayAddress }) => gatewayAddress === destination);
  if (neighbor !== undefined && neighbor.address !== '') return neighbor.address;
  throw new Refused({
    what: `The gateway has no address for BGP behind ${destination ?? 'nowhere'} that a peer at ${bgp.peerAddress} could speak with`,
    next: 'Look at bgpSettings of the gateway: it needs BGP on, and link-local addresses for a link-local peer',
  });
}

function hostRoute(address: string, via: string): StaticRoute {
  const destination = networkOfCidr(address);
  if (destination === null) throw new Error(`${address} is no address`);
  return { destination, via, options: '' };
}

/** As IOS prints it: `network 10.8.0.0 mask 255.255.255.0`. The normal form drops a mask that the class implies. */
function networkLine(prefix: string): string[] {
  const network = networkOfCidr(prefix);
  return network === null ? [] : [addressAndMask(network).replace(' ', ' mask ')];
}

/** The script with BGP in place of every static route. */
export function withBgp(script: DeviceScript, bgp: BgpIntent): DeviceScript {
  const speakers = script.tunnels.map(({ name, destination }) => ({ name, address: speakerBehind(destination, bgp) }));
  return {
    ...script,
    loopbacks: [{ name: loopback, description: null, ipAddress: `${bgp.peerAddress} 255.255.255.255` }],
    routes: speakers.map(({ name, address }) => hostRoute(address, name)),
    bgp: [
      {
        name: String(bgp.asn),
        routerId: null,
        logNeighborChanges: true,
        neighbors: speakers.flatMap(({ address }) => [
          `${address} remote-as ${bgp.gatewayAsn}`,
          `${address} ebgp-multihop ${hops}`,
          `${address} update-source ${loopback}`,
        ]),
        addressFamilies: [
          {
            name: 'ipv4',
            networks: bgp.announce.flatMap(networkLine),
            neighbors: speakers.map(({ address }) => `${address} activate`),
          },
        ],
      },
    ],
  };
}

/** What a script brings for BGP itself stays out: it knows neither this router's loopback nor what it announces. */
export function withoutBgp(script: DeviceScript, wanted: boolean): { script: DeviceScript; adjustments: string[] } {
  const dropped = [
    ...script.bgp.map(({ name }) => `router bgp ${name}`),
    ...script.loopbacks.map(({ name }) => `interface ${name}`),
    ...(wanted ? script.routes.map((route) => staticRoute.render(route).line) : []),
  ];
  const why = wanted ? 'Sitelink renders BGP itself' : 'the connection is routed statically';
  return {
    script: { ...script, bgp: [], loopbacks: [] },
    adjustments: dropped.map((line) => `\`${line}\` is left out: ${why}`),
  };
}
