import type { Args } from '../grammar.ts';
import type { Automaton } from '../pattern.ts';
import { compile } from '../pattern.ts';

/**
 * The configuration as a tree of lines. What may stand where, how it is rendered and what refuses it is data:
 * `ConfigRule`s, in the `rules-*.ts` files.
 */

/** A configuration mode, named by what its prompt shows in brackets; what follows a `:` is not shown. */
export type ConfigMode =
  | 'config'
  | 'config-if'
  | 'config-ikev2-proposal'
  | 'config-ikev2-policy'
  | 'config-ikev2-keyring'
  | 'config-ikev2-keyring-peer'
  | 'config-ikev2-profile'
  | 'cfg-crypto-trans'
  | 'ipsec-profile'
  | 'config-archive'
  | 'config-line'
  | 'config-router'
  | 'config-router-af'
  | 'conf-ssh-pubkey'
  | 'conf-ssh-pubkey-user'
  | 'config-ext-nacl'
  | 'config-isakmp'
  | 'conf-keyring'
  | 'conf-isa-prof'
  | 'config-crypto-map'
  | 'config-ikev2-author-policy'
  | 'config-vrf'
  | 'config-vrf-af'
  | 'config-router:ospf'
  | 'config-router:eigrp'
  | 'config-route-map'
  | 'dhcp-config'
  | 'config-cmap'
  | 'config-pmap'
  | 'config-pmap-c'
  | 'config-keychain'
  | 'config-applet'
  | 'config-track'
  | 'cfg-call-home'
  | 'config-radius-server'
  | 'config-server-tacacs'
  | 'ca-trustpoint'
  | 'config-archive-log-cfg'
  | 'config-std-nacl';

export interface ConfigNode {
  /** The same for two lines of which the later replaces the earlier. */
  readonly key: string;
  readonly rule: ConfigRule;
  args: Args;
  line: string;
  children: ConfigNode[];
}

/** What a rule may look at when it judges a line. */
export interface RuleContext {
  readonly root: ConfigNode;
  readonly parent: ConfigNode;
  /** `[17, 3]`. */
  readonly release: readonly [number, number];
  /** True while a stored configuration is read: nothing is refused for order, nothing is said. */
  readonly loading: boolean;
  /** Whether the router booted with weak cryptography allowed. */
  readonly weakAllowed: boolean;
  /** The address in use on GigabitEthernet1 while it has `ip address dhcp`. */
  readonly dhcp: { readonly address: string; readonly mask: string };
}

export interface RuleOptions {
  /** What the line is called by the views; by default the pattern's words up to its first value. */
  readonly kind?: string;
  /** The values that tell two lines of a kind apart; none: there is one such line. */
  readonly identity?: readonly string[];
  /** Place in the running configuration. */
  readonly rank: number;
  /** Order among lines of a rank; by default in the order they were entered. */
  readonly sort?: (left: ConfigNode, right: ConfigNode) => number;
  /** The line as the running configuration prints it; by default the words in full. */
  readonly line?: (args: Args) => string;
  /** True for a default, which the running configuration does not print. */
  readonly hidden?: (args: Args) => boolean;
  /** IOS prints some lines with a blank at the end (seen on real routers). */
  readonly tail?: boolean;
  /** On by default: `no …` is what is kept and printed. */
  readonly defaultOn?: boolean;
  readonly opens?: ConfigMode;
  /** Lines that a new section has from the start. */
  readonly initial?: readonly string[];
  /** Printed after the last line of the section, before its `!`. */
  readonly ending?: string;
  /** What IOS prints when it refuses the line, or null. `^` stands for the usual caret reply, `^interface` for one there, `^ WORD` for one under that word. */
  readonly refuse?: (context: RuleContext, args: Args) => string | null;
  readonly refuseNo?: (context: RuleContext, node: ConfigNode) => string | null;
  /** What the `no` form says when there is nothing to remove. */
  readonly missing?: string;
  /** Advice that IOS prints after it has taken the line. */
  readonly advice?: (context: RuleContext, node: ConfigNode) => string | null;
  /** Replaces or removes other lines that go with it. */
  readonly after?: (context: RuleContext, node: ConfigNode) => void;
  readonly afterNo?: (context: RuleContext, node: ConfigNode) => void;
}

export interface ConfigRule extends RuleOptions {
  readonly mode: ConfigMode;
  readonly pattern: string;
  readonly kind: string;
  readonly automaton: Automaton;
}

/** Makes a rule; see `RuleOptions`. */
export function rule(mode: ConfigMode, pattern: string, options: RuleOptions): ConfigRule {
  const plain = /^[^{([/]*/.exec(pattern)?.[0].trim() ?? pattern;
  return { kind: plain, ...options, mode, pattern, automaton: compile(pattern) };
}

const ROOT_RULE: ConfigRule = { mode: 'config', pattern: '', kind: 'root', rank: 0, automaton: compile('') };

export function emptyRoot(): ConfigNode {
  return { key: '', rule: ROOT_RULE, args: {}, line: '', children: [] };
}

export function keyOf(target: ConfigRule, args: Args): string {
  return [target.kind, ...(target.identity ?? []).map((name) => args[name] ?? '')].join('\u0000');
}

/** The children of a kind. */
export function ofKind(parent: ConfigNode, kind: string): ConfigNode[] {
  return parent.children.filter((child) => child.rule.kind === kind);
}

export function named(parent: ConfigNode, kind: string, name: string): ConfigNode | undefined {
  return parent.children.find((child) => child.rule.kind === kind && child.args['name'] === name);
}

/** A value of the only child of a kind, or null. */
export function valueOf(parent: ConfigNode, kind: string, name: string): string | null {
  return ofKind(parent, kind)[0]?.args[name] ?? null;
}

export function sortedChildren(parent: ConfigNode): ConfigNode[] {
  return parent.children.toSorted(
    (left, right) => left.rule.rank - right.rule.rank || (left.rule.sort?.(left, right) ?? 0),
  );
}

/** IOS knows no interface that has not been made: the caret then stands under it. */
export function refuseAbsent(context: RuleContext, args: Args): string | null {
  const name = args['interface'];
  if (context.loading || name === undefined || name.startsWith('Null')) return null;
  return named(context.root, 'interface', name) ? null : '^interface';
}
