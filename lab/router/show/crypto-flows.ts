/** The security associations that the show commands tell of. */
import type { IkeSa, IpsecSa } from '../../ports.ts';
import type { Machine } from '../machine.ts';
import { cryptoOf } from '../views.ts';

export function ikeSas(machine: Machine): readonly IkeSa[] {
  return machine.link?.ikeSas() ?? [];
}

/** The ESP flows, also those of protected tunnels that have no SA at present. */
export function flows(machine: Machine): readonly IpsecSa[] {
  const known = machine.link?.ipsecSas() ?? [];
  return known.concat(silentFlows(machine).filter((flow) => !known.some((sa) => sa.interface === flow.interface)));
}

/** IOS shows a protected tunnel from the moment it has its addresses, with counters at zero. */
function silentFlows(machine: Machine): IpsecSa[] {
  const faces = machine.interfaces();
  return cryptoOf(machine.config.root).tunnels.flatMap(({ name, source, destination, mode, protectionProfile }) => {
    const local = faces.find((face) => face.name === source || face.address === source)?.address;
    if (local == null || destination === null || protectionProfile === null) return [];
    const gre = mode === 'gre ip';
    return {
      interface: name,
      localAddress: local,
      peer: destination,
      peerPort: 500,
      localIdent: gre ? `${local}/255.255.255.255/47/0` : '0.0.0.0/0.0.0.0/0/0',
      remoteIdent: gre ? `${destination}/255.255.255.255/47/0` : '0.0.0.0/0.0.0.0/0/0',
      encaps: 0,
      decaps: 0,
      inboundSpi: null,
      outboundSpi: null,
      transform: '',
      udpEncapsulated: false,
      remainingSeconds: 0,
      remainingKilobytes: 0,
      pfs: null,
    };
  });
}
