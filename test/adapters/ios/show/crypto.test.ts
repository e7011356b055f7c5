/** Parsers of security associations on text written for these tests: other layouts, missing lines, nothing at all. */
import assert from 'node:assert/strict';
import { parseShow } from '../../../../adapters/ios/show/index.ts';

const gcm = `
 IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
2         10.0.0.2/4500         192.0.2.9/4500        none/none            DELETE
      Encr: AES-GCM, keysize: 256, PRF: SHA384, Hash: None, DH Grp:20, Auth sign: PSK, Auth verify: PSK, QR
      Life/Active Time: 28800/28800 sec
Tunnel-id Local                 Remote                fvrf/ivrf            Status
3         10.0.0.2/500          192.0.2.9/500         none/none            IN-NEG
      Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0
      Life/Active Time: 86400/0 sec

 IPv6 Crypto IKEv2  SA

Tunnel-id    fvrf/ivrf              Status
7          none/blue              READY
Local  2001:DB8::1/500
Remote  2001:DB8::2/500
      Encr: AES-CBC, keysize: 128, PRF: SHA1, Hash: SHA96, DH Grp:14, Auth sign: RSA, Auth verify: RSA
      NAT-T is detected inside
      Initiator of SA : No
`;

type Members = Record<string, unknown>;
const list = (command: string, text: string): Members[] => parseShow(command, text) as Members[];
const one = (command: string, text: string): Members => parseShow(command, text) as Members;

describe('show crypto ikev2 sa', () => {
  it('has one entry per row, whatever its state', () => {
    const [gone, negotiating, six] = list('show crypto ikev2 sa', gcm);
    assert.deepEqual(
      [gone?.['status'], gone?.['authVerify'], gone?.['hash'], gone?.['af']],
      ['DELETE', 'PSK', 'None', 'ipv4'],
    );
    assert.deepEqual(
      [negotiating?.['status'], negotiating?.['encr'], negotiating?.['keysize'], negotiating?.['dhGroup']],
      ['IN-NEG', 'Unknown - 0', undefined, 0],
    );
    assert.deepEqual(
      [six?.['local'], six?.['remote'], six?.['ivrf'], six?.['af'], six?.['natT'], six?.['initiator']],
      ['2001:DB8::1/500', '2001:DB8::2/500', 'blue', 'ipv6', 'detected inside', false],
    );
  });
});

describe('show crypto ipsec sa', () => {
  const two = `
interface: GigabitEthernet1
    Crypto map tag: CMAP, local addr 10.0.0.2

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)
   current_peer 192.0.2.9 port 500
    #pkts encaps: 4, #pkts encrypt: 4, #pkts digest: 4
    #pkts decaps: 3, #pkts decrypt: 3, #pkts verify: 3
     current outbound spi: 0x0(0)

   protected vrf: red
   local  ident (addr/mask/prot/port): (2001:DB8:1::/64/0/0)
   remote ident (addr/mask/prot/port): (2001:DB8:2::/64/0/0)
   current_peer 2001:DB8::9 port 4500
     inbound ah sas:
      spi: 0xAAAA(43690)
     outbound esp sas:
      spi: 0xBBBB(48059)
`;

  it('has one entry per flow, with the interface above it', () => {
    const [first, second] = list('show crypto ipsec sa', two);
    assert.deepEqual(
      [first?.['interface'], first?.['cryptoMapTag'], first?.['protectedVrf'], first?.['encaps'], first?.['spis']],
      ['GigabitEthernet1', 'CMAP', 'none', 4, { inboundEsp: [], outboundEsp: [] }],
    );
    assert.deepEqual(
      [second?.['peer'], second?.['peerPort'], second?.['localIdent'], second?.['protectedVrf'], second?.['encaps']],
      ['2001:DB8::9', 4500, '2001:DB8:1::/64/0/0', 'red', undefined],
    );
    assert.deepEqual(second?.['spis'], { inboundEsp: [], outboundEsp: ['0xBBBB'] });
  });

  it('gives the counters alone when only they are included', () => {
    assert.deepEqual(one('sh cry ipsec sa | inc pkt', '    #pkts encaps: 4, #pkts encrypt: 5, #pkts digest: 6'), {
      encaps: 4,
      encrypt: 5,
      digest: 6,
      decaps: null,
      decrypt: null,
      verify: null,
    });
    assert.equal(one('show-crypto-ipsec-sa-include-pkt', '#pkts decaps: 9')['decaps'], 9);
  });
});

describe('show crypto session', () => {
  it('keeps two peers of one interface apart', () => {
    const text = `Crypto session current status

Interface: Tunnel0
Profile: HUB
Session status: UP-ACTIVE
Peer: 192.0.2.1 port 500 fvrf: (none) ivrf: red
  Session ID: 4
  IKEv2 SA: local 10.0.0.2/500 remote 192.0.2.1/500 Active
          Capabilities:N connid:1 lifetime:00:10:00
  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 10 drop 1 life (KB/Sec) 1/2
        Outbound: #pkts enc'ed 20 drop 2 life (KB/Sec) 1/2
Session status: DOWN-NEGOTIATING
Peer: 192.0.2.2 port 500
  IKE SA: local 10.0.0.2/500 remote 192.0.2.2/500 Inactive
`;
    const [up, down] = list('show crypto session detail', text);
    assert.deepEqual(up?.['flows'], [
      {
        flow: 'permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0',
        activeSas: 2,
        origin: 'crypto map',
        inboundDecrypted: 10,
        inboundDrop: 1,
        outboundEncrypted: 20,
        outboundDrop: 2,
      },
    ]);
    assert.deepEqual([up?.['fvrf'], up?.['ivrf'], up?.['status']], ['none', 'red', 'UP-ACTIVE']);
    assert.deepEqual([down?.['status'], down?.['peer'], down?.['flows']], ['DOWN-NEGOTIATING', '192.0.2.2', []]);
    assert.deepEqual(down?.['ikeSas'], [
      { version: 'IKE', local: '10.0.0.2/500', remote: '192.0.2.2/500', status: 'Inactive' },
    ]);
  });

  it('shows a session without a peer', () => {
    const [session] = list('show crypto session', 'Interface: Tunnel1\nSession status: DOWN');
    assert.deepEqual(session, { interface: 'Tunnel1', status: 'DOWN', ikeSas: [], flows: [] });
  });
});
