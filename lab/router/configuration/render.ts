import { globalDefaults, sectionDefaults } from './defaults.ts';
import type { ConfigNode } from './node.ts';
import { ofKind, sortedChildren } from './node.ts';

/** The running configuration as IOS prints it: order, indentation, `!` between blocks, hidden defaults. */

interface Piece {
  readonly rank: number;
  readonly lines: readonly string[];
}

function isOpen(node: ConfigNode): boolean {
  return node.rule.opens !== undefined || node.rule.kind === 'redundancy' || node.rule.kind === 'control-plane';
}

/** The lines of one node with its children, indented by `depth`; `all` shows hidden defaults too. */
export function renderNode(node: ConfigNode, depth = 0, all = false): string[] {
  if (!all && node.rule.hidden?.(node.args) === true) return [];
  // An archive section that holds nothing is not shown.
  if (node.rule.kind === 'archive' && node.children.length === 0) return [];
  const pad = ' '.repeat(depth);
  const out = [`${pad}${node.line}${node.rule.tail === true && !node.line.endsWith(' ') ? ' ' : ''}`];
  const nested = depth > 0;
  for (const child of withDefaults(node)) {
    if (child.rule.opens === 'config-router-af') out.push(`${pad} !`);
    out.push(...renderNode(child, depth + 1, all));
  }
  if (all) out.push(...sectionDefaults(node).map((line) => `${pad} ${line}`));
  if (node.rule.ending !== undefined) out.push(`${pad}${node.rule.ending}`);
  if (nested && node.rule.opens === 'config-ikev2-keyring-peer') out.push(`${pad}!`);
  return out;
}

/** IOS prints ` no ip address` in an interface that has none. */
function withDefaults(node: ConfigNode): ConfigNode[] {
  const children = sortedChildren(node);
  if (node.rule.kind !== 'interface' || ofKind(node, 'ip address').length > 0) return children;
  const none: ConfigNode = {
    key: '',
    rule: { ...node.rule, rank: 3, opens: 'config' },
    args: {},
    line: 'no ip address',
    children: [],
  };
  const at = children.findIndex((child) => child.rule.rank > 3);
  const plain: ConfigNode = { ...none, rule: plainRule(node) };
  return at === -1 ? [...children, plain] : [...children.slice(0, at), plain, ...children.slice(at)];
}

function plainRule(node: ConfigNode): ConfigNode['rule'] {
  const { mode, pattern, automaton } = node.rule;
  return { mode, pattern, automaton, kind: 'none', rank: 3 };
}

function fixedPieces(root: ConfigNode, version: string, udi: string): Piece[] {
  const pieces: Piece[] = [
    { rank: 1, lines: [`version ${version}`] },
    { rank: 30, lines: ['boot-start-marker', 'boot-end-marker'] },
  ];
  if (udi !== '') pieces.push({ rank: 69, lines: [udi] });
  if (ofKind(root, 'aaa new-model').length === 0) pieces.push({ rank: 40, lines: ['no aaa new-model'] });
  return pieces;
}

/** Lines of neighbouring ranks stand together without a `!` between them. */
function blockOf(rank: number): number {
  return Math.floor(rank / 10);
}

/**
 * The configuration without the head that `show running-config` adds; ends in `end`. `version` is `17.3`, `udi` the
 * line that names the machine, empty for one without; `all` shows hidden defaults too.
 */
export function renderConfig(root: ConfigNode, version: string, udi = '', all = false): string {
  const pieces: Piece[] = [
    ...fixedPieces(root, version, udi),
    ...sortedChildren(root).map((node) => ({
      rank: node.rule.rank,
      lines: renderNode(node, 0, all),
      open: isOpen(node),
    })),
    ...(all ? globalDefaults(root) : []),
  ].toSorted((left, right) => left.rank - right.rank);
  const out: string[] = ['!'];
  let previous: Piece | null = null;
  for (const piece of pieces.filter(({ lines }) => lines.length > 0)) {
    const block = 'open' in piece && piece.open === true;
    const joined = previous !== null && blockOf(previous.rank) === blockOf(piece.rank);
    if (previous !== null && out.at(-1) !== '!' && (!joined || block)) out.push('!');
    out.push(...piece.lines);
    if (block) out.push('!');
    previous = piece;
  }
  if (out.at(-1) !== '!') out.push('!');
  out.push('end');
  return `${out.join('\n')}\n`;
}
