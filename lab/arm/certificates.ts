/** The lab's own certificate authority, made once per state folder, and the server's certificate, made at each start. */
import {
  type KeyObject,
  X509Certificate,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeAtomic } from '../state-dir.ts';
import { bits, implicit, integer, octets, oid, sequence, set, tagged, time, truth, utf8 } from './der.ts';

export interface ServerIdentity {
  /** PEM of the leaf and its key. */
  readonly cert: string;
  readonly key: string;
  /** File with the CA's PEM, for clients. */
  readonly caFile: string;
}

const dayMs = 24 * 3600 * 1000;
const caDays = 3650;
const leafDays = 397;

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

const commonName = (name: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(name))));

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [truth(true)] : []), octets(value));
}

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`;

const publicDer = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2): for P-256 the last 65 bytes of its SPKI. */
const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(publicDer(key).subarray(-65)).digest();

interface Subject {
  readonly name: string;
  readonly issuer: string;
  readonly days: number;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

/** A signed certificate in PEM; valid since yesterday, so that clocks may differ. */
function certificate(subject: Subject): string {
  const now = Date.now();
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x4c]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(subject.issuer),
    sequence(time(new Date(now - dayMs)), time(new Date(now + subject.days * dayMs))),
    commonName(subject.name),
    publicDer(subject.key),
    tagged(
      3,
      sequence(
        ...subject.extensions,
        extension('2.5.29.14', false, octets(keyIdentifier(subject.key))),
        extension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(subject.signer)))),
      ),
    ),
  );
  return pem('CERTIFICATE', sequence(body, ecdsaWithSha256, bits(sign('sha256', body, subject.signer))));
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

function authority(folder: string): { name: string; key: KeyObject; caFile: string } {
  const caFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  const [kept, keptKey] = [readIfThere(caFile), readIfThere(keyFile)];
  if (kept !== null && keptKey !== null) {
    const name = /CN=(.+)/.exec(new X509Certificate(kept).subject)?.[1] ?? '';
    return { name, key: createPrivateKey(keptKey), caFile };
  }
  const key = newKey();
  const name = `Sitelink lab CA ${randomBytes(4).toString('hex')}`;
  const made = certificate({
    name,
    issuer: name,
    days: caDays,
    key,
    signer: key,
    extensions: [
      extension('2.5.29.19', true, sequence(truth(true), integer(Buffer.from([0])))),
      // keyCertSign and cRLSign.
      extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)),
    ],
  });
  writeAtomic(keyFile, keyPem(key));
  writeAtomic(caFile, made);
  return { name, key, caFile };
}

/** Reads or makes the folder's CA, and has it sign a new server certificate for 127.0.0.1 and localhost. */
export function serverIdentity(folder: string): ServerIdentity {
  const ca = authority(folder);
  const key = newKey();
  const cert = certificate({
    name: '127.0.0.1',
    issuer: ca.name,
    days: leafDays,
    key,
    signer: ca.key,
    extensions: [
      extension('2.5.29.19', true, sequence()),
      // digitalSignature.
      extension('2.5.29.15', true, bits(Buffer.from([0x80]), 7)),
      // serverAuth.
      extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
      extension(
        '2.5.29.17',
        false,
        sequence(implicit(2, Buffer.from('localhost')), implicit(7, Buffer.from([127, 0, 0, 1]))),
      ),
    ],
  });
  return { cert, key: keyPem(key), caFile: ca.caFile };
}
