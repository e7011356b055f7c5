/** For devices whose template the lab does not have: the parameters alone, as `Generic Samples` gives them. */
import type { ScriptFacts } from './facts.ts';

/** @param comment how a comment begins on the device; the whole text is comments, so that pasting it does nothing */
export function parametersOnly(
  comment: string,
): (facts: ScriptFacts, device: { vendor: string; family: string; firmware: string }) => string {
  return (facts, { vendor, family, firmware }) => {
    const { algorithms, bgp } = facts;
    return [
      `Parameters of connection ${facts.connection} for ${vendor} / ${family} / ${firmware}`,
      'The lab has no template for this device: it gives no commands.',
      `VPN gateway: ${facts.gateway}`,
      ...facts.publicAddresses.map((address, index) => `Public IP ${index + 1}: ${address}`),
      ...facts.vnetPrefixes.map(({ cidr }) => `Virtual network prefix: ${cidr}`),
      `Local network gateway: ${facts.localGateway}, ${facts.siteAddress}`,
      ...facts.sitePrefixes.map(({ cidr }) => `On-premises prefix: ${cidr}`),
      `IKEv2: ${algorithms.ikeEncryption} ${algorithms.ikeIntegrity} group ${algorithms.ikeGroup}, ${algorithms.ikeSeconds} s`,
      `IPsec: ${algorithms.espEncryption} ${algorithms.espIntegrity}`.trimEnd(),
      `PFS: ${algorithms.pfs === '' ? 'none' : algorithms.pfs}; SA lifetime ${algorithms.espSeconds} s, ${algorithms.espKilobytes} KB`,
      `Pre-shared key: ${facts.sharedKey}`,
      ...(bgp === null
        ? []
        : [`BGP: ${bgp.azureAsn} at ${bgp.azureAddresses.join(', ')}; ${bgp.siteAsn} at ${bgp.siteAddress}`]),
      '',
    ]
      .map((line) => (line === '' ? line : `${comment} ${line}`))
      .join('\n');
  };
}
