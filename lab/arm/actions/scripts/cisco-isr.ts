/**
 * The template for `Cisco-ISR(IOS)`, with the defects that make it not pasteable (azure.md, 2.2): unexpanded `/Data/…`
 * lines, objects of another operating system, names that do not meet, placeholders, a physical interface and the default
 * route rewritten, the site's own prefixes routed into the tunnel, and DES3 whatever the policy says.
 */
import type { ScriptFacts } from './facts.ts';

function header(facts: ScriptFacts): string[] {
  return [
    `/Data/CONNECTION_NAME = ${facts.connection}`,
    `/Data/VNG_GATEWAYIP = ${facts.publicAddresses[0] ?? ''}`,
    `/Data/VNG_ADDRESSPREFIX = ${facts.vnetPrefixes.map(({ cidr }) => cidr).join(', ')}`,
    `/Data/LNG_GATEWAYIP = ${facts.siteAddress}`,
    `/Data/LNG_ADDRESSPREFIX = ${facts.sitePrefixes.map(({ cidr }) => cidr).join(', ')}`,
    `/Data/LNG_BGPIP = ${facts.bgp?.siteAddress ?? 'LNG_BGPIP'}`,
    `/Data/LNG_ASN = ${facts.bgp?.siteAsn ?? 'LNG_ASN'}`,
    `/Data/VNG_ASN = ${facts.bgp?.azureAsn ?? 'VNG_ASN'}`,
    '/Data/IKE_ENCRYPTION = AES256',
    '/Data/IKE_INTEGRITY = SHA1',
    `/Data/PSK = ${facts.sharedKey}`,
  ];
}

const objects = (name: string, prefixes: ScriptFacts['sitePrefixes']): string[] => [
  `object-group network ${name}`,
  ...prefixes.map(({ address, mask }) => `\tnetwork-object ${address} ${mask}`),
  '\texit',
];

function crypto({ connection, publicAddresses, sharedKey }: ScriptFacts): string[] {
  const gateway = publicAddresses[0] ?? '';
  return [
    `crypto ikev2 proposal azure-proposal-${connection}`,
    '\tencryption aes-cbc-256 aes-cbc-128 3des',
    '\tintegrity sha1',
    '\tgroup 2',
    '\texit',
    `crypto ikev2 policy azure-policy-${connection}`,
    `\tproposal azure-proposal-${connection}`,
    '\texit',
    `crypto ikev2 keyring azure-keyring-${connection}`,
    `\tpeer ${gateway}`,
    `\t\taddress ${gateway}`,
    `\t\tpre-shared-key ${sharedKey}`,
    '\t\texit',
    '\texit',
    `crypto ikev2 profile azure-profile-${connection}`,
    '\tmatch address local interface GigabitEthernet0/0',
    `\tmatch identity remote address ${gateway} 255.255.255.255`,
    '\tauthentication remote pre-share',
    '\tauthentication local pre-share',
    '\tkeyring local azure-keyring',
    '\texit',
    `crypto ipsec transform-set azure-ipsec-proposal-set-${connection} esp-3des esp-sha-hmac`,
    '\tmode tunnel',
    '\texit',
    `crypto ipsec profile azure-vti-${connection}`,
    `\tset transform-set azure-ipsec-proposal-set-${connection}`,
    `\tset ikev2-profile azure-profile-${connection}`,
    '\texit',
  ];
}

function roads({ connection, publicAddresses, siteAddress, sitePrefixes, bgp }: ScriptFacts): string[] {
  return [
    'interface GigabitEthernet0/0',
    `\tip address ${siteAddress} 255.255.252.0`,
    '\tno shutdown',
    '\texit',
    'interface Tunnel11',
    '\tip address 169.254.0.1 255.255.255.0',
    '\ttunnel source GigabitEthernet0/0',
    '\ttunnel mode ipsec ipv4',
    `\ttunnel destination ${publicAddresses[0] ?? ''}`,
    `\ttunnel protection ipsec profile azure-vti-${connection}`,
    '\texit',
    `router bgp ${bgp?.siteAsn ?? 'LNG_ASN'}`,
    `\tneighbor ${bgp?.azureAddresses[0] ?? 'LNG_BGPIP'} remote-as ${bgp?.azureAsn ?? 'VNG_ASN'}`,
    '\tnetwork "INSERT LAN BGP ROUTE HERE"',
    '\texit',
    ...sitePrefixes.map(({ address, mask }) => `ip route ${address} ${mask} Tunnel11`),
    `ip route 0.0.0.0 0.0.0.0 ${siteAddress}`,
  ];
}

/** The whole script, with LF line ends. */
export function ciscoIsr(facts: ScriptFacts): string {
  return [
    ...header(facts),
    '',
    '! Microsoft Corporation',
    '! Sample VPN tunnel configuration for Cisco ISR routers, IOS 15.x, IKEv2 and BGP',
    '!',
    ...objects('azure-networks', facts.vnetPrefixes),
    ...objects('onprem-networks', facts.sitePrefixes),
    '!',
    ...crypto(facts),
    '!',
    ...roads(facts),
    '',
  ].join('\n');
}
