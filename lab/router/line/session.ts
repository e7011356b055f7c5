import { bannerText, normalBanner, openBanner } from '../configuration/banner.ts';
import { execute, isSingle } from '../exec/commands.ts';
import type { Answer } from '../exec/commands.ts';
import type { Shell } from '../exec/command.ts';
import { actor } from '../exec/command.ts';
import { ofKind } from '../configuration/node.ts';
import type { Frame } from '../configuration/configure.ts';
import { tokenize } from '../grammar.ts';
import { lineHelp } from './line-help.ts';
import { underFaults } from './faults.ts';
import type { Struck } from './faults.ts';
import type { Machine } from '../machine.ts';
import type { Seat } from './seat.ts';
import { caret, refusalText } from './replies.ts';
import { touchRevert } from '../rollback.ts';
import type { Timer } from '../router-clock.ts';
import { Tcl } from './tcl.ts';
import { Terminal } from './terminal.ts';
import type { Typed } from './terminal.ts';
import type { Wire } from './wire.ts';

/** A configuration prompt shows no more of the host name than this. */
const PROMPT_NAME = 20;
/** `exec-timeout` of a line that has none of its own. */
const IDLE_MS = 600_000;

export interface Login {
  readonly user: string;
  readonly privilege: number;
  /** Number of the vty. */
  readonly line: number;
  readonly from: string;
}

/** One login: a prompt, a line, what it does, the next prompt. */
export class Session implements Shell, Seat, Struck {
  readonly machine: Machine;
  readonly terminal: Terminal;
  readonly user: string;
  readonly line: number;
  readonly from: string;
  readonly since: number;
  privilege: number;
  monitors = false;
  activeAt: number;
  private readonly wire: Wire;
  private frames: readonly Frame[] | null = null;
  /** Not null in `tclsh`. */
  private tcl: Tcl | null = null;
  private leaving = false;
  /** True in `exec` of one command: no prompt, no questions. */
  private single = false;
  /** The length of the prompt before the line in work, for the caret. */
  private indent = 0;

  constructor(machine: Machine, login: Login, wire: Wire) {
    this.machine = machine;
    this.terminal = new Terminal((text, isEcho) => {
      wire.send(text, isEcho);
    });
    this.wire = wire;
    this.user = login.user;
    this.line = login.line;
    this.from = login.from;
    this.privilege = login.privilege;
    this.since = machine.now();
    this.activeAt = this.since;
  }

  get mode(): string {
    return this.frames?.at(-1)?.mode.split(':')[0] ?? 'exec';
  }

  get inConfigure(): boolean {
    return this.frames !== null;
  }

  get history(): readonly string[] {
    return this.terminal.recent;
  }

  /** Talks until the client leaves or the connection breaks. */
  async run(): Promise<void> {
    this.machine.seats.add(this);
    try {
      this.terminal.write(`\n${bannerText(this.machine.config.root, ['motd', 'exec'])}`);
      while (!this.leaving) {
        const typed = await this.read();
        if (typed === null) break;
        await this.take(typed);
      }
    } finally {
      this.leaveConfigure();
      this.machine.seats.delete(this);
      this.wire.end(false);
    }
  }

  /** The `exec` of SSH: one exec command, whose output is all that the client gets. */
  async once(text: string): Promise<void> {
    this.machine.seats.add(this);
    this.single = true;
    Object.assign(this.terminal.screen, { length: 0, width: 0 });
    try {
      this.terminal.write('\n');
      if (isSingle(text, this.privilege)) await underFaults(this, text.trim(), () => this.exec(text, 0));
      else this.terminal.write(`Line has invalid autocommand "${text.trim()}"`);
    } finally {
      this.machine.seats.delete(this);
      this.wire.end(false);
    }
  }

  async ask(question: string, echo = true): Promise<string | null> {
    if (this.single) return null;
    const typed = await this.timed(() => this.terminal.readLine(question, null, echo));
    return typed === null || typed.kind === 'cancel' ? null : typed.text;
  }

  async confirm(question: string): Promise<boolean> {
    if (this.single) return false;
    const key = await this.timed(() => this.terminal.readKey(question));
    this.terminal.write('\n');
    return key === '\r' || key?.toLowerCase() === 'y';
  }

  print(text: string): void {
    this.terminal.write(`${text}\n`);
  }

  enterConfigure(frames: readonly Frame[]): void {
    this.frames = frames;
  }

  enterTcl(): void {
    this.tcl = new Tcl(this.machine);
  }

  leave(): void {
    this.leaving = true;
  }

  interject(text: string): void {
    const node = this.lineNode();
    const redraw = node !== undefined && ofKind(node, 'logging synchronous').length > 0;
    this.terminal.interject(text, redraw);
  }

  kick(): void {
    this.leaving = true;
    this.terminal.end();
    this.wire.end(false);
  }

  reject(message: string | undefined): void {
    this.print(message ?? caret(this.indent));
  }

  drop(): void {
    this.leaving = true;
    this.terminal.end();
    this.wire.end(true);
  }

  private prompt(): string {
    const name = this.machine.hostname;
    if (this.tcl?.isOpen === true) return '+>(tcl)#';
    if (this.tcl !== null && this.frames === null) return `${name}(tcl)#`;
    if (this.frames !== null) return `${name.slice(0, PROMPT_NAME)}(${this.mode})#`;
    return `${name}${this.privilege > 1 ? '#' : '>'}`;
  }

  private lineNode() {
    return ofKind(this.machine.config.root, 'line vty').find(({ args }) => {
      const first = Number(args['first']);
      return this.line >= first && this.line <= Number(args['last'] ?? first);
    });
  }

  private idleMs(): number {
    const node = this.lineNode();
    const own = node ? ofKind(node, 'exec-timeout')[0]?.args : undefined;
    return own ? (Number(own['minutes']) * 60 + Number(own['seconds'] ?? 0)) * 1000 : IDLE_MS;
  }

  /** Waits for the client, but no longer than the line's `exec-timeout`. */
  private async timed<T>(wait: () => Promise<T>): Promise<T> {
    const idle = this.idleMs();
    const timer: Timer | null =
      idle === 0 ? null : this.machine.clock.schedule(this.machine.now() + idle, () => this.kick());
    const typed = await wait();
    timer?.cancel();
    this.activeAt = this.machine.now();
    return typed;
  }

  private read(): Promise<Typed | null> {
    const prompt = this.prompt();
    this.indent = prompt.length;
    const editor =
      this.tcl !== null && this.frames === null ? null : lineHelp(this.frames, this.privilege, this.machine.licensed);
    return this.timed(() => this.terminal.readLine(prompt, editor));
  }

  private async take({ kind, text }: Typed): Promise<void> {
    const line = text.trim();
    touchRevert(this.machine, this.line);
    const counts = line !== '' || this.tcl?.isOpen === true;
    if (counts && kind !== 'cancel') await underFaults(this, line, () => this.obey(text));
    if (kind === 'line' || this.leaving) return;
    this.tcl = null;
    this.leaveConfigure();
  }

  private async obey(line: string): Promise<void> {
    if (this.tcl !== null && this.frames === null) return this.tclLine(this.tcl, line);
    if (line.trim().startsWith('!')) return;
    if (this.frames === null) await this.exec(line, 0);
    else {
      const { config } = this.machine;
      // A rollback has put another configuration in place of the one this session stood in.
      const frames = this.frames[0]?.node === config.root ? this.frames : config.top();
      await this.configure(line, frames);
    }
  }

  private async tclLine(tcl: Tcl, line: string): Promise<void> {
    const outcome = tcl.take(line);
    if (outcome.kind === 'quit') this.tcl = null;
    else if (outcome.kind === 'print') this.print(outcome.text);
    else if (outcome.kind === 'exec') await this.exec(outcome.line, 0);
  }

  private async configure(line: string, frames: readonly Frame[]): Promise<void> {
    const [first, second] = tokenize(line);
    const word = first?.text.toLowerCase() ?? '';
    // In the global mode `enable` is another command, everywhere `end` and `exit` are two.
    if (second === undefined && (word === 'e' || (word === 'en' && frames.length <= 1)))
      return this.complain({ kind: 'ambiguous' }, line);
    if (word === 'do' && second) return this.exec(line, second.column);
    if (second === undefined && word.length >= 2 && 'end'.startsWith(word)) return this.leaveConfigure();
    if (second === undefined && word.length >= 2 && 'exit'.startsWith(word)) return this.exitMode(frames);
    if (word === 'exit-address-family') return this.exitMode(frames);
    const { machine } = this;
    const before = machine.hostname;
    const whole = await this.wholeLine(line);
    if (whole === null) return;
    const outcome = machine.config.apply(whole, frames, { ...machine.around(), loading: false });
    if (outcome.kind === 'applied') {
      this.frames = outcome.frames;
      machine.configured(this.user);
      if (outcome.reply !== null) this.print(outcome.reply);
      if (before !== machine.hostname) machine.log(`%SYS-6-HOSTNAME: ${before} is now ${machine.hostname}`);
    } else this.complain(outcome, line);
  }

  /** A banner goes on over several lines, which have no prompt. Null: the client is gone, or broke it off. */
  private async wholeLine(line: string): Promise<string | null> {
    let text = line;
    for (let open = openBanner(text); open !== null; open = openBanner(text)) {
      if (text === line) this.print(`Enter TEXT message.  End with the character '${open}'.`);
      const next = await this.ask('');
      if (next === null) return null;
      text += `\n${next}`;
    }
    return normalBanner(text);
  }

  private exitMode(frames: readonly Frame[]): void {
    if (frames.length <= 1) this.leaveConfigure();
    else this.frames = frames.slice(0, -1);
  }

  private leaveConfigure(): void {
    if (this.frames === null) return;
    this.frames = null;
    if (this.machine.lock === this) this.machine.lock = null;
    if (this.machine.running) this.machine.log(`%SYS-5-CONFIG_I: Configured from console by ${actor(this)}`);
  }

  private async exec(line: string, from: number): Promise<void> {
    const answer = await execute(this, line, from);
    if (answer.kind !== 'lines') this.complain(answer, line.slice(from));
    else if (answer.lines.length > 0) await this.terminal.page(answer.lines);
  }

  private complain(answer: Exclude<Answer, { readonly kind: 'lines' }>, line: string): void {
    this.print(refusalText(this.machine, answer, line, this.indent));
  }
}
