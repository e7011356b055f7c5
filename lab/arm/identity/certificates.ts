/** The lab's own certificate authority, made once per state folder, and the server's certificate, made at each start. */
import { type KeyObject, X509Certificate, createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeAtomic } from '../../state-dir.ts';
import { bits, integer, objectId, octets, sequence, set, tagged, time, truth, utf8 } from './der.ts';

export interface ServerIdentity {
  /** PEM of the leaf and its key. */
  readonly cert: string;
  readonly key: string;
  /** File with the CA's PEM, for clients. */
  readonly caFile: string;
}

interface Authority {
  readonly commonName: string;
  readonly key: KeyObject;
  readonly caFile: string;
}

interface Subject {
  readonly commonName: string;
  /** Null for a certificate that signs itself. */
  readonly issuer: Authority | null;
  readonly days: number;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}

const dayMs = 24 * 3600 * 1000;
const caDays = 3650;
const leafDays = 397;

/** ecdsa-with-SHA256, which needs no parameters. */
const algorithm = sequence(objectId('1.2.840.10045.4.3.2'));

const nameOf = (commonName: string): Buffer => sequence(set(sequence(objectId('2.5.4.3'), utf8(commonName))));

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(objectId(id), ...(critical ? [truth()] : []), octets(value));

const constraints = (value: Buffer): Buffer => extension('2.5.29.19', value, true);
/** @param usage RFC 5280's bits, the first one as 0x80 */
const keyUsage = (usage: number, unused: number): Buffer =>
  extension('2.5.29.15', bits(Buffer.from([usage]), unused), true);

/** RFC 5280, 4.2.1.2: the hash of the key's bits, which are the end of a P-256 key: 0x04 and two coordinates. */
const keyIdentifier = (spki: Buffer): Buffer => createHash('sha1').update(spki.subarray(-65)).digest();

const publicPart = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** A signed certificate with the extensions given and both key identifiers; valid since yesterday, so that clocks may differ. */
function certify({ commonName, issuer, days, key, extensions }: Subject): string {
  const now = Date.now();
  const spki = publicPart(key);
  const issuerKey = issuer?.key ?? key;
  const identifiers = [
    extension('2.5.29.14', octets(keyIdentifier(spki))),
    extension('2.5.29.35', sequence(tagged(0x80, keyIdentifier(publicPart(issuerKey))))),
  ];
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x4c]), randomBytes(15)])),
    algorithm,
    nameOf(issuer?.commonName ?? commonName),
    sequence(time(new Date(now - dayMs)), time(new Date(now + days * dayMs))),
    nameOf(commonName),
    spki,
    tagged(0xa3, sequence(...extensions, ...identifiers)),
  );
  return pem(sequence(content, algorithm, bits(sign('sha256', content, issuerKey))));
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function authority(folder: string): Authority {
  const caFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  const [kept, keptKey] = [readIfThere(caFile), readIfThere(keyFile)];
  if (kept !== null && keptKey !== null) {
    const commonName = new X509Certificate(kept).subject.replace(/^CN=/, '');
    return { commonName, key: createPrivateKey(keptKey), caFile };
  }
  const key = newKey();
  const commonName = `Sitelink lab CA ${randomBytes(4).toString('hex')}`;
  const certificate = certify({
    commonName,
    issuer: null,
    days: caDays,
    key,
    extensions: [
      // A CA whose certificates are no CAs; it signs certificates and revocation lists.
      constraints(sequence(truth(), integer(Buffer.from([0])))),
      keyUsage(0x06, 1),
    ],
  });
  writeAtomic(keyFile, keyPem(key));
  writeAtomic(caFile, certificate);
  return { commonName, key, caFile };
}

/** Reads or makes the folder's CA, and has it sign a new server certificate for 127.0.0.1 and localhost. */
export function serverIdentity(folder: string): ServerIdentity {
  const issuer = authority(folder);
  const key = newKey();
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const cert = certify({
    commonName: '127.0.0.1',
    issuer,
    days: leafDays,
    key,
    extensions: [
      constraints(sequence()),
      // Digital signatures, as a TLS server.
      keyUsage(0x80, 7),
      extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', names),
    ],
  });
  return { cert, key: keyPem(key), caFile: issuer.caFile };
}
