/**
 * Which algorithms are offered to an SSH server, best first: what current clients offer, changed by the OpenSSH client
 * configuration. So what is old is offered only where somebody has asked for it, host by host.
 */
import { glob } from 'ssh-config';
import { Refused } from '../errors.ts';

/** As `ssh2` names the kinds. */
export type AlgorithmKind = 'kex' | 'serverHostKey' | 'cipher' | 'hmac';
export type Algorithms = { readonly [Kind in AlgorithmKind]?: readonly string[] };

interface Lists {
  /** The directive of ssh_config(5), as written. */
  readonly directive: string;
  readonly offered: readonly string[];
  /** On request. */
  readonly old: readonly string[];
}

const gcm = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'];
const sha2 = ['hmac-sha2-256', 'hmac-sha2-512'];

export const algorithmKinds: Readonly<Record<AlgorithmKind, Lists>> = {
  kex: {
    directive: 'KexAlgorithms',
    offered: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group15-sha512',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group17-sha512',
      'diffie-hellman-group18-sha512',
    ],
    old: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  },
  serverHostKey: {
    directive: 'HostKeyAlgorithms',
    offered: [
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
      // IOS-XE up to 17.15 has routers that offer nothing else, so this one is no request (ios.md, 1.11).
      'ssh-rsa',
    ],
    old: ['ssh-dss'],
  },
  cipher: {
    directive: 'Ciphers',
    offered: [...gcm, 'aes128-ctr', 'aes192-ctr', 'aes256-ctr', 'chacha20-poly1305@openssh.com'],
    old: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  },
  hmac: {
    directive: 'MACs',
    offered: [...sha2.map((name) => `${name}-etm@openssh.com`), 'hmac-sha1-etm@openssh.com', ...sha2, 'hmac-sha1'],
    old: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
  },
};

export const kinds = Object.keys(algorithmKinds) as AlgorithmKind[];

/**
 * The list after a directive: `+` adds at the end, `-` takes away (with wildcards), `^` puts in front, anything else is the
 * whole list. Names that Sitelink has not are passed over, as long as one is left.
 */
function changed(kind: AlgorithmKind, value: string): readonly string[] {
  const { directive, offered, old } = algorithmKinds[kind];
  const names = value.replace(/^[+^-]/, '').split(',');
  const known = names.filter((name) => offered.includes(name) || old.includes(name));
  const others = (list: readonly string[]): string[] => offered.filter((name) => !list.includes(name));
  if (value.startsWith('-')) return offered.filter((name) => !names.some((pattern) => glob(pattern, name)));
  if (value.startsWith('+')) return [...offered, ...known.filter((name) => !offered.includes(name))];
  if (value.startsWith('^')) return [...known, ...others(known)];
  if (known.length > 0) return known;
  throw new Refused({
    what: `\`${directive} ${value}\` in the SSH client configuration names nothing that Sitelink has`,
    next: `Use some of ${[...offered, ...old].join(', ')}`,
  });
}

/** `value` gives what a directive of the configuration says, by its name in small letters. */
export function algorithmsOf(value: (directive: string) => string | undefined): Algorithms {
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const said = value(algorithmKinds[kind].directive.toLowerCase());
      return said === undefined ? [] : [[kind, changed(kind, said)]];
    }),
  );
}

const rsaSignatures = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/** The algorithms that a host key of this type signs with. */
export function algorithmsOfKey(type: string): readonly string[] {
  return type === 'ssh-rsa' ? rsaSignatures : [type];
}

/** The host key algorithms, those first whose keys are known, or the server's second key looks like a changed one. */
export function hostKeyOrder(algorithms: Algorithms, knownTypes: readonly string[]): readonly string[] {
  const list = algorithms.serverHostKey ?? algorithmKinds.serverHostKey.offered;
  const wanted = knownTypes.flatMap(algorithmsOfKey);
  const first = list.filter((name) => wanted.includes(name));
  return [...first, ...list.filter((name) => !first.includes(name))];
}

/** What would make the two ends meet: the best of the server's offer that Sitelink has, as a line to write. */
export function remedyFor(kind: AlgorithmKind, remote: readonly string[]): string | null {
  const { directive, offered, old } = algorithmKinds[kind];
  // `ssh2` takes no group exchange of sizes from a server that calls itself Cisco (ios.md, 1.11).
  const best = [...offered, ...old].find((name) => remote.includes(name) && !name.includes('group-exchange'));
  return best === undefined ? null : `${directive} +${best}`;
}
