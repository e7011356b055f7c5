import type { IkeProposal } from '../../ports.ts';
import { defaultIkeProposal } from '../../link/proposals.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import { cryptoOf } from '../views.ts';

/** The configured IKEv2 and IPsec objects, and the smart defaults beside them. */

const GROUP: Readonly<Record<number, string>> = {
  1: 'DH_GROUP_768_MODP',
  2: 'DH_GROUP_1024_MODP',
  5: 'DH_GROUP_1536_MODP',
  14: 'DH_GROUP_2048_MODP',
  15: 'DH_GROUP_3072_MODP',
  16: 'DH_GROUP_4096_MODP',
  19: 'DH_GROUP_256_ECP',
  20: 'DH_GROUP_384_ECP',
  21: 'DH_GROUP_521_ECP',
  24: 'DH_GROUP_2048_256_MODP',
};

/** `sha1` as integrity shows the length of its result. */
function hashName(name: string): string {
  return { md5: 'MD596', sha1: 'SHA96' }[name] ?? name.toUpperCase();
}

function proposalLines(proposal: IkeProposal): string[] {
  const prf = proposal.prf.length > 0 ? proposal.prf : proposal.integrity;
  const integrity = proposal.integrity.length > 0 ? proposal.integrity.map(hashName) : ['none'];
  return [
    ` IKEv2 proposal: ${proposal.name}`,
    `     Encryption : ${proposal.encryption.map((name) => name.toUpperCase()).join(' ')}`,
    `     Integrity  : ${integrity.join(' ')}`,
    `     PRF        : ${prf.map((name) => name.toUpperCase()).join(' ')}`,
    `     DH Group   : ${proposal.groups.map((group) => `${GROUP[group] ?? ''}/Group ${group}`).join(' ')}`,
  ];
}

function wanted<T extends { readonly name: string }>(all: readonly T[], { name }: Args): readonly T[] {
  return name === undefined ? all : all.filter((one) => one.name === name);
}

function proposals({ machine }: Shell, args: Args): Printed {
  const all = [...cryptoOf(machine.config.root).proposals, defaultIkeProposal(machine.release.full)];
  return [...wanted(all, args).flatMap(proposalLines), ''].join('\n');
}

function policies({ machine }: Shell, args: Args): Printed {
  const smart = { name: 'default', matchAddressLocal: [], proposals: ['default'] };
  const all = [...cryptoOf(machine.config.root).policies, smart];
  const lines = wanted(all, args).flatMap((policy) => [
    ` IKEv2 policy : ${policy.name}`,
    policy.name === 'default' ? '      Match fvrf : any' : '      Match fvrf  : global',
    ...(policy.matchAddressLocal.length > 0 ? policy.matchAddressLocal : ['any']).map(
      (address) => `      Match address local : ${address}`,
    ),
    ...policy.proposals.map((name) => `      Proposal    : ${name}`),
  ]);
  return [...lines, ''].join('\n');
}

function profiles({ machine }: Shell, args: Args): Printed {
  const lines = wanted(cryptoOf(machine.config.root).profiles, args).flatMap((profile) => [
    `IKEv2 profile: ${profile.name}`,
    ' Ref Count: 4',
    ' Match criteria: ',
    '  Fvrf: global',
    '  Local address/interface: ',
    ...(profile.matchAddressLocal.length > 0 ? profile.matchAddressLocal : ['none']).map((address) => `   ${address}`),
    '  Identities: ',
    ...profile.matchIdentityRemoteAddress.map(({ address, mask }) => `   address ${address} ${mask}`),
    '  Certificate maps: none',
    ` Local identity: ${profile.identityLocalAddress === null ? 'none' : `address ${profile.identityLocalAddress}`}`,
    ' Remote identity: none',
    ` Local authentication method: ${profile.authenticationLocal ?? 'none'}`,
    ` Remote authentication method(s): ${profile.authenticationRemote ?? 'none'}`,
    ' EAP options: none',
    ` Keyring: ${profile.keyring ?? 'none'}`,
    ' Trustpoint(s): none',
    ` Lifetime: ${profile.lifetimeSeconds} seconds`,
    profile.dpd === null
      ? ' DPD: disabled'
      : ` DPD: interval ${profile.dpd.intervalSeconds}, retry-interval ${profile.dpd.retrySeconds}, ${profile.dpd.mode}`,
    ' NAT-keepalive: disabled',
    ' Ivrf: none',
    ' Virtual-template: none',
    ' mode auto: none',
    ' AAA AnyConnect EAP authentication mlist: none',
    ' AAA EAP authentication mlist: none',
    ' AAA authentication mlist: none',
    ' AAA Accounting: none',
    ' AAA group authorization: none',
    ' AAA user authorization: none',
  ]);
  return lines.join('\n');
}

function transformSets({ machine }: Shell): Printed {
  const lines = cryptoOf(machine.config.root).transformSets.flatMap(({ name, encryption, integrity, mode }) => [
    `Transform set ${name}: { ${encryption}${integrity === null ? '' : ` ${integrity}`}  } `,
    `   will negotiate = { ${mode === 'tunnel' ? 'Tunnel' : 'Transport'},  }, `,
    '   ',
  ]);
  return lines.join('\n');
}

export const IKEV2_SHOWS: readonly ExecCommand[] = [
  command('show crypto ikev2 proposal [ {name:word} ]', proposals),
  command('show crypto ikev2 policy [ {name:word} ]', policies),
  command('show crypto ikev2 profile [ {name:word} ]', profiles),
  command('show crypto ipsec transform-set', transformSets),
];
