import { interfaceName, interfaceType } from '../address.ts';
import { logicalLines } from './banner.ts';
import type { ConfigMode, ConfigNode, ConfigRule, RuleContext } from './node.ts';
import { emptyRoot, keyOf, named } from './node.ts';
import type { Args, Match } from '../grammar.ts';
import { match, tokenize } from '../grammar.ts';
import { CRYPTO_RULES } from './rules/crypto.ts';
import { ISAKMP_RULES } from './rules/isakmp.ts';
import { KEPT_RULES } from './rules/kept.ts';
import { INTERFACE_RULES } from './rules/interface.ts';
import { ROUTING_RULES } from './rules/routing.ts';
import { SYSTEM_RULES } from './rules/system.ts';

const RULES: readonly ConfigRule[] = [
  ...SYSTEM_RULES,
  ...CRYPTO_RULES,
  ...ISAKMP_RULES,
  ...INTERFACE_RULES,
  ...ROUTING_RULES,
  ...KEPT_RULES,
];
const BY_MODE = new Map<ConfigMode, ConfigRule[]>();
for (const each of RULES) BY_MODE.set(each.mode, [...(BY_MODE.get(each.mode) ?? []), each]);

/** What a router without the licence level for IPsec does not know. */
const LICENSED = /^(crypto (ikev2|ipsec|isakmp|map|keyring)|tunnel (protection|mode \/ ipsec))/;
const UNLICENSED = new Map(
  [...BY_MODE].map(([mode, rules]) => [mode, rules.filter((one) => !LICENSED.test(one.pattern))]),
);

/** The rules of a mode, also for `?`. */
export function rulesOf(mode: ConfigMode, licensed: boolean): readonly ConfigRule[] {
  return (licensed ? BY_MODE : UNLICENSED).get(mode) ?? [];
}

/** Where in the tree a session stands: the root first. */
export interface Frame {
  readonly mode: ConfigMode;
  readonly node: ConfigNode;
}

export type Outcome =
  | { readonly kind: 'applied'; readonly frames: readonly Frame[]; readonly reply: string | null }
  | { readonly kind: 'refused'; readonly reply: string }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'incomplete' };

export interface Surroundings {
  readonly release: readonly [number, number];
  readonly loading: boolean;
  readonly dhcp: { readonly address: string; readonly mask: string };
  /** Whether the licence level in force includes IPsec. */
  readonly licensed: boolean;
  /** Whether the router booted with weak cryptography allowed. */
  readonly weakAllowed: boolean;
}

type Form = 'set' | 'no' | 'default';

function formOf(line: string): { form: Form; from: number } {
  const [first, second] = tokenize(line);
  const word = first?.text.toLowerCase() ?? '';
  const from = second?.column ?? line.length;
  if (word === 'no') return { form: 'no', from };
  if (word.length >= 3 && 'default'.startsWith(word)) return { form: 'default', from };
  return { form: 'set', from: first?.column ?? 0 };
}

/** How many words of a line a mode understood. */
function progress(found: Exclude<Match<ConfigRule>, { readonly kind: 'ok' }>): number {
  return found.kind === 'incomplete' ? Number.POSITIVE_INFINITY : found.tokens;
}

/** One configuration: the tree and the only way to change it. */
export class Configuration {
  root: ConfigNode = emptyRoot();

  top(): readonly Frame[] {
    return [{ mode: 'config', node: this.root }];
  }

  /**
   * Applies one line where a session stands. A line that the mode does not know is tried in the modes around it, as
   * IOS does; the reply to a wrong one is that of the mode that understands the most of it.
   */
  apply(line: string, frames: readonly Frame[], around: Surroundings): Outcome {
    const { form, from } = formOf(line);
    let furthest: Exclude<Match<ConfigRule>, { readonly kind: 'ok' }> | null = null;
    for (let depth = frames.length; depth > 0; depth -= 1) {
      const frame = frames[depth - 1] as Frame;
      const found = match(rulesOf(frame.mode, around.licensed), line, from, form !== 'set');
      if (found.kind === 'ok')
        return this.execute(found.command, found, form, frames.slice(0, depth), around, { line, from });
      if (furthest === null || progress(found) > progress(furthest)) furthest = found;
    }
    return furthest ?? { kind: 'incomplete' };
  }

  private execute(
    command: ConfigRule,
    found: { readonly args: Args; readonly words: readonly string[] },
    form: Form,
    frames: readonly Frame[],
    around: Surroundings,
    typed: { readonly line: string; readonly from: number },
  ): Outcome {
    const parent = (frames.at(-1) as Frame).node;
    const context: RuleContext = { root: this.root, parent, ...around };
    if (form === 'default' && command.kind === 'interface') return reset(parent, found.args, frames);
    const negative = form === 'no' || (form === 'default' && !command.defaultOn);
    const outcome =
      command.defaultOn === true
        ? setDefaultOn(command, found, parent, form)
        : negative
          ? remove(command, found.args, context)
          : set(command, found, context);
    if (outcome.refused === '^') return { kind: 'invalid', column: typed.from };
    if (outcome.refused?.startsWith('^ ') === true)
      return { kind: 'invalid', column: columnOfWord(typed, outcome.refused.slice(2)) };
    if (outcome.refused === '^interface') return { kind: 'invalid', column: columnOf(typed, found.args['interface']) };
    if (outcome.refused !== null) return { kind: 'refused', reply: outcome.refused };
    const opened = outcome.node && command.opens ? [{ mode: command.opens, node: outcome.node }] : [];
    return { kind: 'applied', frames: [...frames, ...opened], reply: around.loading ? null : outcome.advice };
  }

  /** Replaces everything by a stored text; lines it does not understand are left out and returned. */
  load(text: string, around: Omit<Surroundings, 'loading'>): string[] {
    this.root = emptyRoot();
    return this.merge(text, around);
  }

  /** Applies a stored text on top of what there is; lines it does not understand are left out and returned. */
  merge(text: string, around: Omit<Surroundings, 'loading'>): string[] {
    let frames = this.top();
    const unknown: string[] = [];
    for (const raw of logicalLines(text)) {
      const line = raw.trim();
      const depth = raw.length - raw.trimStart().length;
      if (line === '' || line.startsWith('!') || NOT_LINES.test(line)) continue;
      frames = frames.slice(0, Math.max(1, Math.min(frames.length, depth + 1)));
      if (/^(exit|end|exit-address-family)$/.test(line)) continue;
      const outcome = this.apply(line, frames, { ...around, loading: true });
      if (outcome.kind === 'applied') frames = outcome.frames;
      else unknown.push(line);
    }
    return unknown;
  }
}

/** Where a word, or an abbreviation of it, stands in a line. */
function columnOfWord({ line, from }: { readonly line: string; readonly from: number }, word: string): number {
  const tokens = tokenize(line).filter(({ column }) => column >= from);
  return tokens.findLast(({ text }) => word.startsWith(text.toLowerCase()))?.column ?? from;
}

/** Where an interface stands in a line: the start of its name. */
function columnOf({ line, from }: { readonly line: string; readonly from: number }, name = ''): number {
  const tokens = tokenize(line).filter(({ column }) => column >= from);
  const type = /^[A-Za-z]+/.exec(name)?.[0] ?? '';
  return tokens.find(({ text }) => interfaceName(text) === name || interfaceType(text) === type)?.column ?? from;
}

/** `default interface X`: the interface stays, its lines go. */
function reset(parent: ConfigNode, { name = '' }: Args, frames: readonly Frame[]): Outcome {
  const node = named(parent, 'interface', name);
  if (node) node.children = [];
  return { kind: 'applied', frames, reply: node ? `Interface ${name} set to default configuration` : null };
}

/** What the text of a configuration holds beside its lines. */
const NOT_LINES =
  /^(Building configuration|Current configuration|version \d|boot-(start|end)-marker|no aaa new-model|no ip address$|login on-success log|license udi )/;

interface Effect {
  readonly refused: string | null;
  readonly node: ConfigNode | null;
  readonly advice: string | null;
}

const DONE: Effect = { refused: null, node: null, advice: null };

function setDefaultOn(
  command: ConfigRule,
  found: { readonly args: Args; readonly words: readonly string[] },
  parent: ConfigNode,
  form: Form,
): Effect {
  const key = keyOf(command, found.args);
  parent.children = parent.children.filter((node) => node.key !== key);
  const line = command.line?.(found.args) ?? found.words.join(' ');
  if (form === 'no') parent.children.push({ key, rule: command, args: found.args, line: `no ${line}`, children: [] });
  else if (form === 'set' && Object.keys(found.args).length > 0)
    parent.children.push({ key, rule: command, args: found.args, line, children: [] });
  return DONE;
}

function set(
  command: ConfigRule,
  found: { readonly args: Args; readonly words: readonly string[] },
  context: RuleContext,
): Effect {
  const refused = command.refuse?.(context, found.args) ?? null;
  if (refused !== null) return { ...DONE, refused };
  const { parent } = context;
  const key = keyOf(command, found.args);
  const line = command.line?.(found.args) ?? found.words.join(' ');
  let node = parent.children.find((child) => child.key === key);
  if (node && node.rule === command) {
    const keeps = command.opens !== undefined && Object.keys(found.args).length < Object.keys(node.args).length;
    if (!keeps) {
      node.args =
        command.identity?.[0] === 'name' && command.opens === undefined ? { ...node.args, ...found.args } : found.args;
      node.line = command.line?.(node.args) ?? line;
    }
  } else {
    parent.children = parent.children.filter((child) => child.key !== key);
    node = { key, rule: command, args: found.args, line, children: [] };
    parent.children.push(node);
    for (const text of command.initial ?? []) addInitial(node, command, text);
  }
  command.after?.(context, node);
  return { refused: null, node, advice: command.advice?.(context, node) ?? null };
}

function addInitial(node: ConfigNode, command: ConfigRule, text: string): void {
  const found = match(rulesOf(command.opens ?? 'config', true), text);
  if (found.kind !== 'ok') return;
  node.children.push({
    key: keyOf(found.command, found.args),
    rule: found.command,
    args: found.args,
    line: text,
    children: [],
  });
}

/** Removes every line that agrees with the values given. */
function remove(command: ConfigRule, args: Args, context: RuleContext): Effect {
  const { parent } = context;
  const identity = command.identity ?? [];
  const agrees = (node: ConfigNode): boolean =>
    node.rule.kind === command.kind &&
    Object.entries(args).every(([name, value]) => !identity.includes(name) || node.args[name] === value);
  const going = parent.children.filter(agrees);
  if (going.length === 0) return { ...DONE, refused: command.missing ?? null };
  for (const node of going) {
    const refused = command.refuseNo?.(context, node) ?? null;
    if (refused !== null) return { ...DONE, refused };
  }
  parent.children = parent.children.filter((node) => !agrees(node));
  for (const node of going) command.afterNo?.(context, node);
  return DONE;
}
