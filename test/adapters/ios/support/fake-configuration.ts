/**
 * The configuration of the fake router: it takes lines as IOS does, mode by mode, and prints them back. It knows
 * nothing of what the lines mean, and shares no code with the driver that it is there to try.
 */

interface Line {
  readonly text: string;
  readonly children: Line[];
}

/** Sections and the mode that they open. */
const openers: readonly [RegExp, string][] = [
  [/^interface \S+$/, 'config-if'],
  [/^crypto ikev2 proposal \S+$/, 'config-ikev2-proposal'],
  [/^crypto ikev2 policy \S+$/, 'config-ikev2-policy'],
  [/^crypto ikev2 keyring \S+$/, 'config-ikev2-keyring'],
  [/^crypto ikev2 profile \S+$/, 'config-ikev2-profile'],
  [/^crypto ipsec transform-set \S+ esp-.+$/, 'cfg-crypto-trans'],
  [/^crypto ipsec profile \S+$/, 'ipsec-profile'],
  [/^router bgp \d+$/, 'config-router'],
];
const peer = /^peer \S+$/;
const family = /^address-family ipv4$/;

/** What is printed first when an incomplete object is entered. */
const advice: readonly [RegExp, string][] = [
  [/^crypto ikev2 policy/, 'IKEv2 policy MUST have atleast one complete proposal attached'],
  [
    /^crypto ikev2 profile/,
    'IKEv2 profile MUST have:\r\n   1. A local and a remote authentication method.\r\n   2. A match identity or a match certificate or match any statement.',
  ],
];

/** Lines of which there is one; a new one replaces the old. */
const single =
  /^(description|ip address|ip tcp adjust-mss|tunnel (?:source|destination|mode|protection)|encryption|integrity|group|address|pre-shared-key|keyring local|lifetime|dpd|authentication (?:local|remote)|set (?:transform-set|ikev2-profile|pfs|security-association lifetime seconds)|neighbor \S+ (?:remote-as|ebgp-multihop|update-source))\b/;

function keyOf(text: string): string {
  if (text.startsWith('crypto ipsec transform-set ')) return text.split(' ').slice(0, 4).join(' ');
  return single.exec(text)?.[0] ?? text;
}

const order = [/^interface Loopback/, /^crypto/, /^interface/, /^router/, /^ip route/];

export class FakeConfiguration {
  private readonly lines: Line[];
  private path: Line[] = [];
  mode: string | null = null;

  constructor(text: string) {
    this.lines = [];
    this.mode = 'config';
    for (const line of text.split('\n')) if (!/^(end|!)?$/.test(line.trim())) this.take(line.trim());
    this.leave();
  }

  enter(): void {
    this.path = [];
    this.mode = 'config';
  }

  leave(): void {
    this.path = [];
    this.mode = null;
  }

  /** Takes one line in the present mode; returns what IOS would print. */
  take(line: string): string {
    const text = line.replace(/^int(?:erface)? tun(?:nel)? ?/i, 'interface Tunnel').replace(/\s+/g, ' ');
    if (text === '' || text.startsWith('!')) return '';
    if (text === 'exit') {
      this.path.pop();
      this.mode = this.path.length > 0 ? this.modeOf(this.path.at(-1)!.text) : this.mode === 'config' ? null : 'config';
      return '';
    }
    const opens = openers.find(([pattern]) => pattern.test(text));
    if (opens !== undefined || /^(no (crypto|interface|ip route|router)|ip route) /.test(text)) this.path = [];
    // As in a configuration that is loaded: the next peer ends the one before.
    if (peer.test(text) && this.mode === 'config-ikev2-keyring-peer') {
      this.path.pop();
      this.mode = 'config-ikev2-keyring';
    }
    const inside = this.path.at(-1)?.children ?? this.lines;
    if (text.startsWith('no ')) {
      this.remove(inside, text.slice(3));
      if (this.path.length === 0) this.mode = 'config';
      return '';
    }
    const known = inside.find((one) => keyOf(one.text) === keyOf(text));
    const added: Line = { text, children: known?.children ?? [] };
    if (known === undefined) inside.push(added);
    else inside.splice(inside.indexOf(known), 1, added);
    const inner =
      (peer.test(text) && this.mode === 'config-ikev2-keyring') || (family.test(text) && this.mode === 'config-router');
    if (opens === undefined && !inner) return '';
    this.path.push(added);
    this.mode = this.modeOf(text);
    return known === undefined ? (advice.find(([pattern]) => pattern.test(text))?.[1] ?? '') : '';
  }

  /** As `show running-config` prints it, without the head. */
  print(): string {
    const rank = ({ text }: Line): number => order.findIndex((pattern) => pattern.test(text));
    const sorted = this.lines.toSorted((a, b) => rank(a) - rank(b));
    return [...sorted.flatMap((line) => [...FakeConfiguration.printLine(line, 0), '!']), 'end'].join('\n');
  }

  private static printLine({ text, children }: Line, depth: number): string[] {
    const bare = text.startsWith('interface ') && !children.some((child) => child.text.startsWith('ip address'));
    return [
      `${' '.repeat(depth)}${text}${/^(set transform-set|match identity)/.test(text) ? ' ' : ''}`,
      ...(bare ? [' no ip address'] : []),
      ...children.flatMap((child) => FakeConfiguration.printLine(child, depth + 1)),
      ...(peer.test(text) ? [' !'] : []),
    ];
  }

  private modeOf(text: string): string {
    if (family.test(text)) return 'config-router-af';
    return openers.find(([pattern]) => pattern.test(text))?.[1] ?? 'config-ikev2-keyring-peer';
  }

  private remove(inside: Line[], text: string): void {
    const at = inside.findIndex(
      (one) => one.text === text || one.text.startsWith(`${text} `) || keyOf(one.text) === text,
    );
    if (at >= 0) inside.splice(at, 1);
  }
}
