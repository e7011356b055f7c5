/** Azure's device script for the seed's connection with the three addresses rewritten, spacing as Azure has it (azure.md, 2.1). */
export const DEVICE_SCRIPT = `access-list 101 permit ip 172.20.100.0 0.0.0.255 172.16.0.0 0.0.255.255
access-list 101 permit esp host 20.210.93.46 host 20.210.140.4
access-list 101 permit udp host 20.210.93.46 eq isakmp host 20.210.140.4
access-list 101 permit udp host 20.210.93.46 eq non500-isakmp host 20.210.140.4
crypto ikev2 proposal C-proposal
  encryption aes-cbc-256
  integrity  sha1
  group      2
  exit
crypto ikev2 policy C-policy
  proposal C-proposal
  match address local 172.20.10.210
  exit
crypto ikev2 keyring C-keyring
  peer 20.210.93.46
    address 20.210.93.46
    pre-shared-key P@ssw0rd1234
    exit
  exit
crypto ikev2 profile C-profile
  match address  local 172.20.10.210
  match identity remote address 20.210.93.46 255.255.255.255
  authentication remote pre-share
  authentication local  pre-share
  lifetime       3600
  dpd 10 5 on-demand
  keyring local  C-keyring
  exit
crypto ipsec transform-set C-TransformSet esp-gcm 256
  mode tunnel
  exit
crypto ipsec profile C-IPsecProfile
  set transform-set  C-TransformSet
  set ikev2-profile  C-profile
  set security-association lifetime seconds 3600
  exit
int tunnel 11
  ip address 169.254.0.1 255.255.255.255
  tunnel mode ipsec ipv4
  ip tcp adjust-mss 1350
  tunnel source 172.20.10.210
  tunnel destination 20.210.93.46
  tunnel protection ipsec profile C-IPsecProfile
  exit
ip route 172.16.0.0 255.255.0.0 Tunnel 11`.split('\n');

export const LOOPBACKS = [
  'interface Loopback100',
  'ip address 172.20.100.100 255.255.255.0',
  'interface Loopback200',
  'ip address 172.20.200.200 255.255.255.0',
];

/** The lines of the running configuration that the script leaves, as IOS prints them. */
export const SCRIPT_AS_PRINTED = `crypto ikev2 proposal C-proposal 
 encryption aes-cbc-256
 integrity sha1
 group 2
!
crypto ikev2 policy C-policy 
 match address local 172.20.10.210
 proposal C-proposal
!
crypto ikev2 keyring C-keyring
 peer 20.210.93.46
  address 20.210.93.46
  pre-shared-key P@ssw0rd1234
 !
 !
!
crypto ikev2 profile C-profile
 match address local 172.20.10.210
 match identity remote address 20.210.93.46 255.255.255.255 
 authentication remote pre-share
 authentication local pre-share
 keyring local C-keyring
 lifetime 3600
 dpd 10 5 on-demand
!
!
crypto ipsec transform-set C-TransformSet esp-gcm 256 
 mode tunnel
!
crypto ipsec profile C-IPsecProfile
 set transform-set C-TransformSet 
 set ikev2-profile C-profile
!
`;
