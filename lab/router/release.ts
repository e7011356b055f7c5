/** What differs between the releases that the lab's router can have. */
import type { Algorithms } from 'ssh2';

export interface Release {
  /** `[17, 3]`. */
  readonly number: readonly [number, number];
  /** As the first line of `show version` has it: `17.03.03`. */
  readonly long: string;
  /** As IOS proper writes it: `17.3.3`, `15.7(3)M8`. */
  readonly full: string;
  /** As the line `version` of a configuration has it: `17.3`. */
  readonly short: string;
  readonly algorithms: Algorithms;
  /** Types of public keys that users may have. */
  readonly userKeys: readonly string[];
  /** `CSR1000V`, or its successor. */
  readonly model: 'CSR1000V' | 'C8000V';
  /** How `show inventory` describes that. */
  readonly product: string;
  /** True if IPsec needs a licence level that is in force only after a reload. */
  readonly needsLicence: boolean;
  readonly train: string;
  /** When it was built. */
  readonly built: { readonly year: number; readonly text: string; readonly at: number };
}

const CIPHERS: NonNullable<Algorithms['cipher']> = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'];

/**
 * The three generations seen in the field. Group exchange, which the older two also offer, is left out: common
 * clients do not use it with a Cisco server.
 */
const OLDEST: Algorithms = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa'],
  cipher: [...CIPHERS, 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1', 'hmac-sha1-96'],
};
const MIDDLE: Algorithms = {
  kex: ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521', 'diffie-hellman-group14-sha1'],
  serverHostKey: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
  cipher: CIPHERS,
  hmac: ['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1'],
};
const NEWEST: Algorithms = {
  kex: [
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
  ],
  serverHostKey: ['rsa-sha2-512', 'rsa-sha2-256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', ...CIPHERS],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
};

/** The last rebuild of a train, where only the train is given. */
const USUAL: Readonly<Record<string, string>> = { '17.3': '17.3.3', '17.15': '17.15.1a' };

/** The names that trains had until 17.12. */
const TRAINS: readonly [upTo: number, name: string][] = [
  [3, 'Amsterdam'],
  [6, 'Bengaluru'],
  [9, 'Cupertino'],
  [12, 'Dublin'],
];

/** Build dates of the releases that are usual; others have that of the nearest later one. */
const BUILDS: readonly [upTo: number, year: number, text: string][] = [
  [3, 2021, 'Thu 04-Mar-21 12:32'],
  [6, 2022, 'Fri 25-Mar-22 09:31'],
  [9, 2022, 'Wed 30-Nov-22 02:47'],
  [12, 2023, 'Tue 14-Nov-23 05:25'],
  [99, 2024, 'Tue 13-Aug-24 03:36'],
];

function generation([major, minor]: readonly [number, number]): Algorithms {
  if (major < 17) return OLDEST;
  return minor < 13 ? MIDDLE : NEWEST;
}

/** Reads `15.x`, `17.3`, `17.15` or a full version; throws on anything else. */
export function releaseOf(text: string): Release {
  const parts = /^(\d+)\.(\d+|x)(?:\.(\d+)([a-z]?))?/.exec(text);
  if (!parts) throw new Error(`release "${text}" is none: give one such as 17.3, 17.15.1a or 15.x`);
  const major = Number(parts[1]);
  const minor = parts[2] === 'x' ? 7 : Number(parts[2]);
  const number = [major, minor] as const;
  const short = `${major}.${minor}`;
  const classic = major < 16;
  const dotted = parts[3] === undefined ? (USUAL[short] ?? `${short}.1`) : `${short}.${parts[3]}${parts[4] ?? ''}`;
  const successor = major === 17 && minor >= 4;
  const [, year, built] = BUILDS.find(([upTo]) => minor <= upTo) ?? [0, 2021, ''];
  const pad = (word: string): string => (/^\d[a-z]?$/.test(word) ? `0${word}` : word);
  return {
    number,
    short,
    full: classic ? `${short}(3)M8` : dotted,
    long: classic ? `${short}(3)M8` : dotted.split('.').map(pad).join('.'),
    algorithms: generation(number),
    userKeys: generation(number) === NEWEST ? ['ssh-rsa', 'ssh-ed25519'] : ['ssh-rsa'],
    model: successor ? 'C8000V' : 'CSR1000V',
    product: successor ? 'Catalyst 8000V Edge' : 'CSR1000V',
    needsLicence: successor,
    train: (major === 17 ? TRAINS.find(([upTo]) => minor <= upTo)?.[1] : undefined) ?? 'IOSXE',
    built: { year, text: built, at: Date.parse(`${built.slice(4).replaceAll('-', ' ')} UTC`) },
  };
}
