/** Intents, scripts and configurations that several tests start from. */
import type { TunnelIntent } from '../../../../adapters/ios/index.ts';

export const sharedKey = 'k9+/%&Zu7-test';

export const gateway = '203.0.113.46';
export const publicAddress = '198.51.100.140';
export const privateAddress = '172.20.10.210';

/** The seed's case: a router behind NAT, one gateway address. */
export const intent: TunnelIntent = {
  connection: { name: 'ConnectToSite01' },
  ipsecPolicy: null,
  gatewayAddresses: [gateway],
  hubPrefixes: ['172.16.0.0/16'],
  sitePrefixes: ['172.20.100.0/24', '172.20.200.0/24'],
  publicAddress,
  privateAddress,
  tunnelNumbers: [],
  sharedKey: null,
};

/** A script in the wording and spacing of Azure's IOS template, for one tunnel. */
export const templateScript = `
! Sample script, written for these tests
! [2] IPsec/IKE parameters
!     + Pre-shared key: ${sharedKey}
! [4] Access list
access-list 101 permit ip 172.20.0.0 0.0.255.255 172.16.0.0 0.0.255.255
access-list 101 permit udp host ${gateway} eq isakmp host ${publicAddress}
!
crypto ikev2 proposal Site-proposal
\tencryption aes-cbc-256
\tintegrity  sha1
\tgroup      2
\texit
crypto ikev2 policy Site-policy
  proposal Site-proposal
  match address local ${publicAddress}
  exit
crypto ikev2 keyring Site-keyring
  peer ${gateway}
    address ${gateway}
    pre-shared-key ${sharedKey}
    exit
  exit
crypto ikev2 profile Site-profile
  match address  local ${publicAddress}
  match identity remote address ${gateway} 255.255.255.255
  authentication remote pre-share
  authentication local  pre-share
  lifetime       3600
  dpd 10 5 on-demand
  keyring local  Site-keyring
  exit
crypto ipsec transform-set Site-TransformSet esp-gcm 256
  mode tunnel
  exit
crypto ipsec profile Site-IPsecProfile
  set transform-set  Site-TransformSet
  set ikev2-profile  Site-profile
  set security-association lifetime seconds 3600
  exit
int tunnel 11
  ip address 169.254.0.1 255.255.255.255
  tunnel mode ipsec ipv4
  ip tcp adjust-mss 1350
  tunnel source ${publicAddress}
  tunnel destination ${gateway}
  tunnel protection ipsec profile Site-IPsecProfile
  exit
ip route 172.16.0.0 255.255.0.0 Tunnel 11
!! no ip route 172.16.0.0 255.255.0.0 Tunnel 11
`;

/** The other generation: fixed names, no \`exit\`, sections divided by \`!\`, two integrity algorithms. */
export const fixedNamesScript = `
crypto ikev2 proposal Azure-Ikev2-Proposal
 encryption aes-cbc-256
 integrity sha1 sha256
 group 2
!
crypto ikev2 policy Azure-Ikev2-Policy
 proposal Azure-Ikev2-Proposal
 match address local ${publicAddress}
!
crypto ikev2 keyring ConnectToSite01-keyring
 peer ${gateway}
  address ${gateway}
  pre-shared-key ${sharedKey}
!
crypto ikev2 profile Azure-Ikev2-Profile
 match address local ${publicAddress}
 match identity remote address ${gateway} 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local ConnectToSite01-keyring
 lifetime 28800
 dpd 10 5 on-demand
!
crypto ipsec transform-set Azure-TransformSet esp-aes 256 esp-sha256-hmac
 mode tunnel
!
crypto ipsec profile Azure-IPsecProfile
 set transform-set Azure-TransformSet
 set ikev2-profile Azure-Ikev2-Profile
!
interface Tunnel11
 ip address 169.254.0.1 255.255.255.255
 ip tcp adjust-mss 1350
 tunnel source ${publicAddress}
 tunnel mode ipsec ipv4
 tunnel destination ${gateway}
 tunnel protection ipsec profile Azure-IPsecProfile
!
ip route 172.16.0.0 255.255.0.0 Tunnel11
`;

/** A fresh router of the scenario, as far as it matters here. */
export const freshConfiguration = `
version 17.3
hostname router210
interface GigabitEthernet1
 ip address dhcp
ip route 0.0.0.0 0.0.0.0 172.20.10.1
`;
