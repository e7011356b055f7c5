import { page } from './pager.ts';

/**
 * A terminal as IOS keeps it: echo, line editing, `?`, questions and `--More--`. Input that comes while a command
 * runs waits, and is echoed when it is read.
 */

export interface Screen {
  /** Columns; 0 never wraps. */
  width: number;
  /** Lines until `--More--`; 0 never stops. */
  length: number;
}

export interface Editor {
  /** The answer to `?` typed after `line`. */
  help(line: string): string;
  /** The line after a tab; the same if there is nothing to complete. */
  complete(line: string): string;
}

/** `leave` is Ctrl-Z (with the line typed so far), `cancel` Ctrl-C. */
export interface Typed {
  readonly kind: 'line' | 'leave' | 'cancel';
  readonly text: string;
}

const BELL = '\u0007';
/** Ctrl-C, and the escape character Ctrl-^ (which a client may follow with `x`). */
const BREAKS = ['\u0003', '\u001e'];
const HISTORY = 20;

export class Terminal {
  readonly screen: Screen = { width: 80, length: 24 };
  private readonly send: (text: string, isEcho: boolean) => void;
  private input = '';
  private afterReturn = false;
  private wake: (() => void) | null = null;
  private ended = false;
  private breakable: (() => void) | null = null;
  private history: string[] = [];
  private prompt = '';
  private typed = '';
  private shown = 0;
  private withheld: string | null = null;
  private reading = false;

  constructor(send: (text: string, isEcho: boolean) => void) {
    this.send = send;
  }

  /** The lines typed so far, the latest first. */
  get recent(): readonly string[] {
    return this.history;
  }

  /** Keeps back what is printed until `release`. */
  withhold(): void {
    this.withheld ??= '';
  }

  release(): void {
    const text = this.withheld;
    this.withheld = null;
    if (text !== null && text !== '' && !this.ended) this.send(text, false);
  }

  /** What the client typed. */
  feed(text: string): void {
    this.input += text;
    const last = Math.max(...BREAKS.map((key) => this.input.lastIndexOf(key)));
    if (this.breakable !== null && last !== -1) {
      this.input = this.input.slice(last + 1).replace(/^x/, '');
      this.breakable();
    }
    this.wake?.();
  }

  /** The connection is gone: everybody who waits for input gets null. */
  end(): void {
    this.ended = true;
    this.breakable?.();
    this.wake?.();
  }

  /** Prints text; `\n` becomes CR LF. */
  write(text: string): void {
    const out = text.replaceAll('\n', '\r\n');
    if (this.withheld !== null) this.withheld += out;
    else if (!this.ended && out !== '') this.send(out, false);
  }

  /** Calls back when the client breaks off what runs (Ctrl-C, or the escape character), or is gone. */
  onBreak(act: (() => void) | null): void {
    this.breakable = act;
  }

  /** Prints something that has nothing to do with what is being typed, and the prompt with the line again. */
  interject(text: string, redraw: boolean): void {
    this.write(redraw && this.reading ? `${text}${this.prompt}${this.typed}` : text);
  }

  /** Asks for one line. Null: the connection is gone. */
  async readLine(prompt: string, editor: Editor | null, echo = true): Promise<Typed | null> {
    this.prompt = prompt;
    this.typed = '';
    this.shown = 0;
    this.reading = true;
    let out = prompt;
    const flush = (): void => {
      // The prompt alone is no echo; what was typed ahead is echoed with it.
      if (!this.ended && out !== '') this.send(out, out !== prompt);
      out = '';
    };
    for (;;) {
      if (this.input === '') flush();
      const key = await this.next();
      if (key === null) return null;
      if (key === '\r') {
        out += '\r\n';
        flush();
        return this.finish('line', editor !== null);
      }
      if (key === '\u001a' || key === '\u0003') {
        out += key === '\u001a' ? '^Z\r\n' : '\r\n';
        flush();
        return this.finish(key === '\u001a' ? 'leave' : 'cancel', false);
      }
      const drawn = this.edit(key, key === '\u0016' ? await this.next() : null, editor);
      if (echo) out += drawn;
    }
  }

  /** One key, as for `[confirm]`. Null: the connection is gone. */
  async readKey(prompt: string): Promise<string | null> {
    this.prompt = prompt;
    this.typed = '';
    this.write(prompt);
    const key = await this.next();
    return key;
  }

  /** Prints lines, with a stop at each full screen. */
  async page(lines: readonly string[]): Promise<void> {
    await page(
      {
        ...this.screen,
        write: (text) => {
          this.write(text);
        },
        readKey: (prompt) => this.readKey(prompt),
        readLine: async (prompt) => (await this.readLine(prompt, null))?.text ?? null,
      },
      lines,
    );
  }

  private finish(kind: Typed['kind'], remember: boolean): Typed {
    const text = this.typed;
    this.typed = '';
    this.reading = false;
    if (remember && text.trim() !== '') this.history = [text, ...this.history].slice(0, HISTORY);
    return { kind, text: kind === 'cancel' ? '' : text };
  }

  /** The next key, `\r` for every kind of line end. */
  private async next(): Promise<string | null> {
    for (;;) {
      while (this.input === '') {
        if (this.ended) return null;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
      if (this.ended) return null;
      const key = this.input[0] ?? '';
      this.input = this.input.slice(1);
      const paired = key === '\n' && this.afterReturn;
      this.afterReturn = key === '\r';
      if (!paired) return key === '\n' ? '\r' : key;
    }
  }

  /** Changes the line by a key; returns what is drawn. */
  private edit(key: string, quoted: string | null, editor: Editor | null): string {
    if (quoted !== null) return this.append(quoted);
    if (key === '\u007f' || key === '\b') return this.erase(1);
    if (key === '\u0015') return this.erase(this.typed.length);
    if (key === '\u0017') return this.erase(/\S*\s*$/.exec(this.typed)?.[0].length ?? 0);
    if (key === '\u001b') return this.escape();
    if (key === '?' && editor !== null) return this.redraw(`?\n${editor.help(this.typed)}`, this.typed);
    if (key === '\t') {
      const full = editor?.complete(this.typed) ?? this.typed;
      return full === this.typed ? BELL : this.redraw('\n', full);
    }
    return key < ' ' ? '' : this.append(key);
  }

  private append(key: string): string {
    this.typed += key;
    this.shown += 1;
    const { width } = this.screen;
    if (width === 0 || this.prompt.length + this.shown < width) return key;
    // The line is scrolled: the end of it stays in sight behind a `$`.
    const tail = this.typed.slice(-Math.max(Math.floor((width - this.prompt.length) / 2), 1));
    const blanks = Math.max(this.shown - tail.length - 2, 0);
    const out = `${'\b'.repeat(this.shown - 1)}$${tail}${' '.repeat(blanks)}${'\b'.repeat(blanks)}`;
    this.shown = tail.length + 1;
    return out;
  }

  private erase(count: number): string {
    const many = Math.min(count, this.typed.length);
    this.typed = this.typed.slice(0, this.typed.length - many);
    const drawn = Math.min(many, this.shown);
    this.shown -= drawn;
    return '\b \b'.repeat(drawn);
  }

  /** Arrow up brings the last line back; other sequences do nothing. */
  private escape(): string {
    const [sequence = ''] = /^[[O][A-Za-z]/.exec(this.input) ?? [];
    this.input = this.input.slice(sequence.length);
    const last = this.history[0];
    if (!sequence.endsWith('A') || last === undefined) return '';
    this.history = [...this.history.slice(1), last];
    return this.erase(this.typed.length) + this.redraw('', last).slice(this.prompt.length);
  }

  private redraw(before: string, line: string): string {
    this.typed = line;
    this.shown = line.length;
    return `${before.replaceAll('\n', '\r\n')}${this.prompt}${line}`;
  }
}
