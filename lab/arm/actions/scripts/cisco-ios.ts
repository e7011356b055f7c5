/**
 * The template for `IOS (ISR, ASR)`, the one that can be pasted (azure.md, 2.1): its lines, its spacing, its slips
 * ("infomration", "Integrityalgorithm") and its clean-up section in comments.
 */
import type { Prefix, ScriptFacts } from './facts.ts';

const ruler = (character: string): string => `! ${character.repeat(78)}`;

/** Numbers and addresses of the tunnels, one per public address of the gateway. */
const firstTunnel = 11;
const tunnelOf = (index: number): number => firstTunnel + index;
const tunnelAddress = (index: number): string => `169.254.0.${index + 1}`;

const shown = ({ cidr, address, mask, wildcard }: Prefix): string =>
  `!     + CIDR:${cidr}, prefix:${address}, netmask:${mask}, wildcard:${wildcard}`;

function head(facts: ScriptFacts): string[] {
  return [
    '',
    '! Microsoft Corporation',
    ruler('-'),
    '! Sample VPN tunnel configuration template for Cisco IOS-based devices',
    '!',
    ruler('#'),
    '! !!! Search for "REPLACE" to find what you have to look at:',
    '! !!! (1) ACL numbers',
    '! !!! (2) Tunnel interface number',
    '! !!! (3) Tunnel IP',
    '! !!! (4) BGP routes',
    '! !!! (5) BGP loopback',
    ruler('#'),
    '!',
    '! [0] Device infomration',
    '!',
    '!   > Device vendor:    Cisco',
    '!   > Device family:    IOS-based (ASR, ISR)',
    '!   > Firmware version: IOS 15.1 or beyond',
    '!',
    '! [1] Network parameters',
    '!',
    `!   > Connection name:       ${facts.connection}`,
    `!   > VPN Gateway name:      ${facts.gateway}`,
    '!   > Public IP addresses:   ',
    ...facts.publicAddresses.map((address, index) => `!     + Public IP ${index + 1}:         ${address}`),
    '!   > Virtual network address space: ',
    ...facts.vnetPrefixes.map(shown),
    `!   > Local network gateway: ${facts.localGateway}`,
    `!   > On-premises VPN IP:    ${facts.siteAddress}`,
    '!   > On-premises address prefixes:',
    ...facts.sitePrefixes.map(shown),
    '!',
  ];
}

function parameters({ algorithms, sharedKey, policyBased, bgp }: ScriptFacts): string[] {
  return [
    '! [2] IPsec/IKE parameters',
    '!',
    '!   > IKE version:             IKEv2',
    `!     + Encryption algorithm:  ${algorithms.ikeEncryption}`,
    `!     + Integrityalgorithm:    ${algorithms.ikeIntegrity}`,
    `!     + Diffie-Hellman group:  ${algorithms.ikeGroup}`,
    `!     + SA lifetime (seconds): ${algorithms.ikeSeconds}`,
    `!     + Pre-shared key:        ${sharedKey}`,
    `!     + UsePolicyBasedTS:      ${policyBased ? 'True' : 'False'}`,
    '!',
    '!   > IPsec',
    `!     + Encryption algorithm:  ${algorithms.espEncryption}`,
    `!     + Integrity algorithm:   ${algorithms.espIntegrity}`,
    `!     + PFS Group:             ${algorithms.pfs === '' ? 'none' : algorithms.pfs}`,
    `!     + SA lifetime (seconds): ${algorithms.espSeconds}`,
    `!     + SA lifetime (KB):      ${algorithms.espKilobytes}`,
    '!',
    '! [3] BGP parameters - Azure VPN gateway',
    '!',
    '!   > Azure virtual network',
    `!     + Enable BGP:            ${bgp === null ? 'False' : 'True'}`,
    `!     + Azure BGP ASN:         ${bgp?.azureAsn ?? 'VNG_ASN'}`,
    '!   > On-premises network / LNG',
    `!     + On premises BGP ASN:   ${bgp?.siteAsn ?? 'LNG_ASN'}`,
    `!     + On premises BGP IP:    ${bgp?.siteAddress ?? 'LNG_BGPIP'}`,
    '!',
    ruler('='),
    '! Cisco IOS 15.x+ IKEv2, route-based (any-to-any) ',
    ruler('='),
    '!',
  ];
}

function accessLists({ sitePrefixes, vnetPrefixes, publicAddresses, siteAddress }: ScriptFacts): string[] {
  return [
    ...sitePrefixes.flatMap((site) =>
      vnetPrefixes.map(
        (vnet) => `access-list 101 permit ip ${site.address} ${site.wildcard} ${vnet.address} ${vnet.wildcard}`,
      ),
    ),
    ...publicAddresses.flatMap((gateway) => [
      `access-list 101 permit esp host ${gateway} host ${siteAddress}`,
      `access-list 101 permit udp host ${gateway} eq isakmp host ${siteAddress}`,
      `access-list 101 permit udp host ${gateway} eq non500-isakmp host ${siteAddress}`,
    ]),
  ];
}

function ike({ connection, algorithms, siteAddress, publicAddresses, sharedKey }: ScriptFacts): string[] {
  return [
    ruler('='),
    '! IKE: proposal, policy, keyring and profile (phase 1)',
    '',
    `crypto ikev2 proposal ${connection}-proposal`,
    `  encryption ${algorithms.ikeEncryption}`,
    ...(algorithms.ikeIntegrity === '' ? [] : [`  integrity  ${algorithms.ikeIntegrity}`]),
    ...(algorithms.ikePrf === '' ? [] : [`  prf        ${algorithms.ikePrf}`]),
    `  group      ${algorithms.ikeGroup}`,
    '  exit',
    '',
    `crypto ikev2 policy ${connection}-policy`,
    `  proposal ${connection}-proposal`,
    `  match address local ${siteAddress}`,
    '  exit',
    '  ',
    `crypto ikev2 keyring ${connection}-keyring`,
    ...publicAddresses.flatMap((gateway) => [
      `  peer ${gateway}`,
      `    address ${gateway}`,
      `    pre-shared-key ${sharedKey}`,
      '    exit',
    ]),
    '  exit',
    '',
    `crypto ikev2 profile ${connection}-profile`,
    `  match address  local ${siteAddress}`,
    ...publicAddresses.map((gateway) => `  match identity remote address ${gateway} 255.255.255.255`),
    '  authentication remote pre-share',
    '  authentication local  pre-share',
    `  lifetime       ${algorithms.ikeSeconds}`,
    '  dpd 10 5 on-demand',
    `  keyring local  ${connection}-keyring`,
    '  exit',
    '',
  ];
}

function ipsec({ connection, algorithms }: ScriptFacts): string[] {
  return [
    ruler('-'),
    '! IPsec: transform set and profile (phase 2)',
    '',
    `crypto ipsec transform-set ${connection}-TransformSet ${algorithms.espEncryption} ${algorithms.espIntegrity}`,
    '  mode tunnel',
    '  exit',
    '',
    `crypto ipsec profile ${connection}-IPsecProfile`,
    `  set transform-set  ${connection}-TransformSet`,
    `  set ikev2-profile  ${connection}-profile`,
    `  set security-association lifetime seconds ${algorithms.espSeconds}`,
    ...(algorithms.pfs === '' ? [] : [`  set pfs            ${algorithms.pfs}`]),
    '  exit',
    '',
  ];
}

function tunnels({ connection, publicAddresses, siteAddress, bgp }: ScriptFacts): string[] {
  return [
    ruler('-'),
    '! Tunnel interfaces (VTI). Their 169.254.x.x addresses must not overlap any other of this device.',
    '! * REPLACE: tunnel interface numbers and addresses; default tunnel 11 (169.254.0.1) and 12 (169.254.0.2)',
    '',
    ...(bgp === null ? [] : ['int Loopback 11', `  ip address ${bgp.siteAddress} 255.255.255.255`, '  exit', '']),
    ...publicAddresses.flatMap((gateway, index) => [
      `int tunnel ${tunnelOf(index)}`,
      `  ip address ${tunnelAddress(index)} 255.255.255.255`,
      '  tunnel mode ipsec ipv4',
      '  ip tcp adjust-mss 1350',
      `  tunnel source ${siteAddress}`,
      `  tunnel destination ${gateway}`,
      `  tunnel protection ipsec profile ${connection}-IPsecProfile`,
      '  exit',
      '',
    ]),
  ];
}

function border({ bgp, sitePrefixes }: ScriptFacts): string[] {
  if (bgp === null) return [];
  return [
    ruler('-'),
    '! BGP. * REPLACE: the routes to advertise, the loopback interface',
    '',
    `router bgp ${bgp.siteAsn}`,
    '  bgp log-neighbor-changes',
    ...bgp.azureAddresses.flatMap((peer) => [
      `  neighbor ${peer} remote-as ${bgp.azureAsn}`,
      `  neighbor ${peer} ebgp-multihop 255`,
      `  neighbor ${peer} update-source Loopback11`,
    ]),
    '  address-family ipv4',
    ...sitePrefixes.map(({ address, mask }) => `    network ${address} mask ${mask}`),
    ...bgp.azureAddresses.map((peer) => `    neighbor ${peer} activate`),
    '    exit',
    '  exit',
    '',
  ];
}

/** With BGP only the way to Azure's speakers is static. */
function routes({ vnetPrefixes, publicAddresses, bgp }: ScriptFacts): string[] {
  const targets =
    bgp === null ? vnetPrefixes : bgp.azureAddresses.map((address) => ({ address, mask: '255.255.255.255' }));
  return publicAddresses.flatMap((_, index) =>
    targets
      .filter((_target, nth) => bgp === null || nth === index)
      .map(({ address, mask }) => `ip route ${address} ${mask} Tunnel ${tunnelOf(index)}`),
  );
}

function cleanUp(facts: ScriptFacts): string[] {
  const { connection, publicAddresses, bgp } = facts;
  const lines = [
    ...routes(facts).map((line) => `no ${line}`),
    '',
    ...(bgp === null ? [] : [`no router bgp ${bgp.siteAsn}`, 'no int Loopback 11']),
    ...publicAddresses.map((_, index) => `no int tunnel ${tunnelOf(index)}`),
    '',
    `no crypto ipsec profile ${connection}-IPsecProfile`,
    `no crypto ipsec transform-set ${connection}-TransformSet`,
    '',
    `no crypto ikev2 profile ${connection}-profile`,
    `no crypto ikev2 keyring ${connection}-keyring`,
    `no crypto ikev2 policy ${connection}-policy`,
    `no crypto ikev2 proposal ${connection}-proposal`,
    '',
    ...accessLists(facts).map((line) => `no ${line}`),
  ];
  return [
    ruler('='),
    '! Cleanup script',
    ruler('='),
    '!',
    '! [WARNING] What follows removes IPsec/IKE, interfaces, routes and access lists.',
    '! [REPLACE] Interfaces: Loopback 11, Tunnel 11, Tunnel 12; access-list 101',
    '!',
    ...lines.map((line) => (line === '' ? '!!' : `!! ${line}`)),
    '',
  ];
}

/** The whole script, with LF line ends. */
export function ciscoIos(facts: ScriptFacts): string {
  return [
    ...head(facts),
    ...parameters(facts),
    '! ACL rules: what some devices want to be allowed explicitly',
    '! [REPLACE] access-list number: access-list 101',
    '',
    ...accessLists(facts),
    '',
    ...ike(facts),
    ...ipsec(facts),
    ...tunnels(facts),
    ...border(facts),
    ruler('-'),
    '! Static routes: the VNet prefixes into the tunnels',
    '! * REPLACE: Tunnel interface number(s), default tunnel 11 and tunnel 12',
    '',
    ...routes(facts),
    '',
    ...cleanUp(facts),
  ].join('\n');
}
