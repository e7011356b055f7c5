/**
 * The formats of single values, as valibot schemas. A message has two lines: what is wrong, and what to do; `problems.ts`
 * takes them apart.
 */
import * as v from 'valibot';
import { ipv4Number, parseCidr, parseInterfaceAddress, prefixOf } from '../../domain/address.ts';
import { findImage, imageAliases } from './images.ts';

/** A message that says what is wrong and what to do. */
export function saying(message: string, remedy: string): string {
  return `${message}\n${remedy}`;
}

function text(example: string) {
  return v.string(saying('must be text', `write it like this: ${example}`));
}

function matching(pattern: RegExp, message: string, example: string) {
  return v.pipe(text(example), v.regex(pattern, saying(message, `write it like this: ${example}`)));
}

/** Names that become part of workflow ids, tags and command lines. */
export const plainName = matching(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
  'is no name: letters, digits, - and _, at most 63, beginning with a letter or digit',
  'osaka',
);

export const azureName = matching(
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/,
  'is no name that Azure accepts: letters, digits, and . _ - inside, at most 80',
  'Vnet16',
);

export const groupName = matching(
  /^[A-Za-z0-9_()-][A-Za-z0-9._()-]{0,88}[A-Za-z0-9_()-]$/,
  'is no name for a resource group: letters, digits, . _ - ( ), at most 90, not ending with a period',
  'ResourceGroupEast',
);

export const hostName = matching(
  /^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  'is no host name: letters, digits and - inside, at most 63, beginning with a letter',
  'router210',
);

export const location = matching(/^[a-z]+[a-z0-9]*$/, 'is no location: small letters and digits', 'japaneast');

export const subscription = matching(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  'is no subscription id',
  '00000000-0000-0000-0000-000000000000',
);

export const vmSize = matching(/^[A-Z][A-Za-z]*_[A-Za-z0-9_-]+$/, 'is no VM size', 'Standard_B1s');

export const ipv4 = v.pipe(
  text('172.16.1.10'),
  v.check(
    (value) => ipv4Number(value) !== null,
    saying('is no IPv4 address', 'write four numbers from 0 to 255 without leading zeros: 172.16.1.10'),
  ),
);

export const cidr = v.pipe(
  text('172.16.0.0/16'),
  v.check(
    (value) => parseCidr(value) !== null,
    (issue) => {
      const parts = parseInterfaceAddress(issue.input);
      if (parts === null) return saying('is no IPv4 prefix', 'write address/length: 172.16.0.0/16');
      return saying('has host bits', `write the prefix: ${prefixOf(parts.address, parts.prefixLength)}`);
    },
  ),
);

export const interfaceAddress = v.pipe(
  text('172.20.100.100/24'),
  v.check(
    (value) => parseInterfaceAddress(value) !== null,
    saying('is no address with a prefix length', 'write it like this: 172.20.100.100/24'),
  ),
);

export const loopbackName = matching(/^Loopback\d{1,9}$/, 'is no loopback', 'Loopback100');

export const interfaceName = matching(
  /^[A-Z][A-Za-z-]+\d+(\/\d+)*(\.\d+)?$/,
  'is no interface of IOS, in its long form and without a blank',
  'Loopback100',
);

const reservedUsers = ['admin', 'administrator', 'guest', 'root', 'user', 'test', 'console'];

export const userName = v.pipe(
  matching(/^[a-z_][a-z0-9_-]{0,31}$/, 'is no user name', 'azureuser'),
  v.check(
    (value) => !reservedUsers.includes(value),
    saying('is a name that Azure reserves', 'use another one, for instance azureuser'),
  ),
);

export const hostKey = matching(
  /^SHA256:[A-Za-z0-9+/]{43}$/,
  'is no fingerprint of a host key',
  'SHA256:… as `ssh-keyscan HOST | ssh-keygen -lf -` prints it',
);

export const environmentName = matching(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'is no name of an environment variable',
  'SITE01_SHARED_KEY',
);

export const filePath = v.pipe(
  text('~/.ssh/id_rsa'),
  v.minLength(1, saying('is empty', 'write a path: ~/.ssh/id_rsa')),
);

export const gatewaySku = v.pipe(
  text('VpnGw1AZ'),
  v.check(
    (value) => /^VpnGw[1-5]AZ$/.test(value),
    (issue) => {
      if (/^VpnGw[1-5]$/.test(issue.input)) {
        return saying(
          'can no longer be created: since November 2025 Azure makes only zone-redundant gateways (NonAzSkusNotAllowedForVPNGateway)',
          `use ${issue.input}AZ`,
        );
      }
      return saying('is no SKU that Sitelink builds', 'use VpnGw1AZ, VpnGw2AZ, VpnGw3AZ, VpnGw4AZ or VpnGw5AZ');
    },
  ),
);

export const image = v.pipe(
  text('Ubuntu2204'),
  v.check(
    (value) => findImage(value) !== null,
    (issue) =>
      issue.input === 'UbuntuLTS'
        ? saying('is an alias that Azure removed in 2023', 'use Ubuntu2204 or Ubuntu2404')
        : saying('is no image', `use an alias (${imageAliases.join(', ')}) or a URN, publisher:offer:sku:version`),
  ),
);

/** A whole number within bounds, both included. */
export function whole(from: number, to: number) {
  const message = saying(`must be a whole number from ${from} to ${to}`, `write a number from ${from} to ${to}`);
  return v.pipe(v.number(message), v.integer(message), v.minValue(from, message), v.maxValue(to, message));
}

export function oneOf<const T extends readonly string[]>(values: T) {
  const list = values.join(', ');
  return v.picklist(values, (issue) =>
    saying('is not one of the choices', `use one of ${list}${hint(issue.input, values)}`),
  );
}

function hint(input: unknown, values: readonly string[]): string {
  const same = values.find((value) => typeof input === 'string' && value.toLowerCase() === input.toLowerCase());
  return same === undefined ? '' : `; here ${same}`;
}

export const flag = v.boolean(saying('must be true or false', 'write true or false, without quotation marks'));
