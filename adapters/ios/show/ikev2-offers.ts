/** `show crypto ikev2 proposal` and `show crypto ikev2 policy`. */
import { blocks, find } from './text.ts';

export interface ShownProposal {
  readonly name: string;
  readonly encryption: readonly string[];
  readonly integrity: readonly string[];
  readonly prf: readonly string[];
  readonly dhGroups: readonly number[];
}

export interface ShownPolicy {
  readonly name: string;
  readonly matchFvrf: string | null;
  readonly matchAddressLocal: string | null;
  readonly proposals: readonly string[];
}

function words(text: string, label: RegExp): string[] {
  return find(text, label)?.split(' ') ?? [];
}

export function parseProposals(output: string): ShownProposal[] {
  return blocks(output, /^\s*IKEv2 proposal\s*:/i).map((block) => ({
    name: find(block, /IKEv2 proposal\s*:\s*(\S+)/i) ?? '',
    encryption: words(block, /^\s*Encryption\s*:[ \t]*(.+)$/m),
    integrity: words(block, /^\s*Integrity\s*:[ \t]*(.+)$/m),
    prf: words(block, /^\s*PRF\s*:[ \t]*(.+)$/m),
    dhGroups: [...block.matchAll(/\/Group (\d+)/g)].map(([, group]) => Number(group)),
  }));
}

export function parsePolicies(output: string): ShownPolicy[] {
  return blocks(output, /^\s*IKEv2 policy\s*:/i).map((block) => ({
    name: find(block, /IKEv2 policy\s*:\s*(\S+)/i) ?? '',
    matchFvrf: find(block, /Match fvrf\s*:[ \t]*(\S+)/i) ?? null,
    matchAddressLocal: find(block, /Match address local\s*:[ \t]*(\S+)/i) ?? null,
    proposals: [...block.matchAll(/^\s*Proposal\s*:\s*(\S+)/gim)].map(([, name]) => name ?? ''),
  }));
}
