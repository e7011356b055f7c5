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
  /** The name under which `show version` announces the machine. */
  readonly hardware: string;
  readonly train: string;
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
  const pad = (word: string): string => (/^\d[a-z]?$/.test(word) ? `0${word}` : word);
  return {
    number,
    short,
    full: classic ? `${short}(3)M8` : dotted,
    long: classic ? `${short}(3)M8` : dotted.split('.').map(pad).join('.'),
    algorithms: generation(number),
    userKeys: generation(number) === NEWEST ? ['ssh-rsa', 'ssh-ed25519'] : ['ssh-rsa'],
    hardware:
      major === 17 && minor >= 4 ? 'C8000V (VXE) processor (revision VXE)' : 'CSR1000V (VXE) processor (revision VXE)',
    train: major === 17 && minor < 4 ? 'Amsterdam' : 'IOSXE',
  };
}
