/** The seed's router, configured over SSH, and the SAs of its tunnel. */
import assert from 'node:assert/strict';
import type { IkeSa, IpsecSa } from '../../../lab/ports.ts';
import type { RouterFixture } from '../../support/router.ts';
import { DEVICE_SCRIPT, LOOPBACKS } from './script.ts';

/** The seed's IKE SA, as it prints it. */
export const IKE: IkeSa = {
  tunnelId: 1,
  local: '172.20.10.210',
  localPort: 4500,
  remote: '20.210.93.46',
  remotePort: 4500,
  status: 'READY',
  encryption: 'AES-CBC',
  keySize: 256,
  prf: 'SHA1',
  hash: 'SHA96',
  dhGroup: 2,
  lifetimeSeconds: 28_800,
  activeSeconds: 115,
  localSpi: '000D3669857A0F82',
  remoteSpi: 'E0419B1DB02DE6AE',
  localId: '172.20.10.210',
  remoteId: '20.210.93.46',
  nat: 'inside',
  initiator: true,
};

export const NEGOTIATING: IkeSa = {
  ...IKE,
  localPort: 500,
  remotePort: 500,
  status: 'IN-NEG',
  encryption: null,
  keySize: null,
  prf: null,
  hash: null,
  dhGroup: null,
  lifetimeSeconds: 86_400,
  activeSeconds: 0,
};

export const ESP: IpsecSa = {
  interface: 'Tunnel11',
  localAddress: '172.20.10.210',
  peer: '20.210.93.46',
  peerPort: 4500,
  localIdent: '0.0.0.0/0.0.0.0/0/0',
  remoteIdent: '0.0.0.0/0.0.0.0/0/0',
  encaps: 2,
  decaps: 2,
  inboundSpi: '46959245',
  outboundSpi: '6de5239c',
  transform: 'esp-gcm 256',
  udpEncapsulated: true,
  remainingSeconds: 3413,
  remainingKilobytes: 4_607_999,
  pfs: 'group14',
};

/** Builds the seed's router over SSH; the tunnel is up when `connected`. */
export async function build({ shell, link }: RouterFixture, connected = true) {
  const session = await shell();
  assert.deepEqual(await session.configure(...LOOPBACKS), {});
  const replies = await session.configure(...DEVICE_SCRIPT);
  assert.deepEqual(
    Object.keys(replies),
    ['proposal C-proposal', 'policy C-policy', 'profile C-profile'].map((name) => `crypto ikev2 ${name}`),
  );
  if (connected) {
    link.up.add('Tunnel11');
    link.ike = [IKE];
    link.ipsec = [ESP];
  }
  return session;
}
