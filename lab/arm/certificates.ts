/** The lab's own certificate authority, made once per state folder, and the server's certificate, made at each start. */
import { randomBytes, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import type * as Library from '@peculiar/x509';
import type { Extension, Name, X509Certificate } from '@peculiar/x509';
import { readIfThere, writeAtomic } from '../state-dir.ts';

export interface ServerIdentity {
  /** PEM of the leaf and its key. */
  readonly cert: string;
  readonly key: string;
  /** File with the CA's PEM, for clients. */
  readonly caFile: string;
}

type X509 = typeof Library;

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
  readonly caFile: string;
}

interface Subject {
  readonly name: string;
  /** Null for a certificate that signs itself. */
  readonly issuer: Authority | null;
  readonly days: number;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly extensions: readonly Extension[];
}

const dayMs = 24 * 3600 * 1000;
const caDays = 3650;
const leafDays = 397;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };

/** The library and the polyfill that it wants before it; loaded here, as only a start of the lab needs them. */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** A signed certificate with the extensions given and both key identifiers; valid since yesterday, so that clocks may differ. */
async function certify(x509: X509, subject: Subject): Promise<X509Certificate> {
  const { issuer, keys } = subject;
  const now = Date.now();
  // The name in the issuer's own encoding, so that both compare equal byte for byte.
  const issuerName: Name | string = issuer?.certificate.subjectName ?? subject.name;
  return x509.X509CertificateGenerator.create({
    serialNumber: Buffer.concat([Buffer.from([0x4c]), randomBytes(15)]).toString('hex'),
    subject: subject.name,
    issuer: issuerName,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + subject.days * dayMs),
    publicKey: keys.publicKey,
    signingKey: issuer?.key ?? keys.privateKey,
    extensions: [
      ...subject.extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer?.certificate.publicKey ?? keys.publicKey),
    ],
  });
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const keyPem = async (x509: X509, key: webcrypto.CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), x509.PemConverter.PrivateKeyTag)}\n`;

const certificatePem = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;

async function authority(x509: X509, folder: string): Promise<Authority> {
  const caFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  const [kept, keptKey] = [readIfThere(caFile), readIfThere(keyFile)];
  if (kept !== null && keptKey !== null) {
    const der = x509.PemConverter.decodeFirst(keptKey);
    const key = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    return { certificate: new x509.X509Certificate(kept), key, caFile };
  }
  const keys = await newKeys();
  const certificate = await certify(x509, {
    name: `CN=Sitelink lab CA ${randomBytes(4).toString('hex')}`,
    issuer: null,
    days: caDays,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  writeAtomic(keyFile, await keyPem(x509, keys.privateKey));
  writeAtomic(caFile, certificatePem(certificate));
  return { certificate, key: keys.privateKey, caFile };
}

/** Reads or makes the folder's CA, and has it sign a new server certificate for 127.0.0.1 and localhost. */
export async function serverIdentity(folder: string): Promise<ServerIdentity> {
  const x509 = await loadX509();
  const issuer = await authority(x509, folder);
  const keys = await newKeys();
  const certificate = await certify(x509, {
    name: 'CN=127.0.0.1',
    issuer,
    days: leafDays,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  return { cert: certificatePem(certificate), key: await keyPem(x509, keys.privateKey), caFile: issuer.caFile };
}
