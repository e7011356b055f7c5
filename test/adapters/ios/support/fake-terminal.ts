/** One shell of the fake router: prompts, echoes, questions and pages. */
import type { Connection, ServerChannel } from 'ssh2';
import type { FakeRouter } from './fake-router.ts';

export class FakeTerminal {
  private privileged: boolean;
  /** What the next line answers. */
  private asking: ((answer: string) => void) | null = null;
  private pages: string[] = [];
  private readonly router: FakeRouter;
  private readonly connection: Connection;
  private readonly channel: ServerChannel;

  constructor(router: FakeRouter, connection: Connection, channel: ServerChannel) {
    this.router = router;
    this.connection = connection;
    this.channel = channel;
    this.privileged = router.options.enableSecret === undefined;
    if (router.configuration.mode !== null) router.configuration.leave();
  }

  /** IOS cuts the name in configuration prompts. */
  prompt(): string {
    const { mode } = this.router.configuration;
    const { hostname } = this.router;
    if (mode === null) return `${hostname}${this.privileged ? '#' : '>'}`;
    return `${hostname.slice(0, 20)}(${mode})#`;
  }

  take(line: string): void {
    const { asking } = this;
    this.asking = null;
    if (asking !== null) asking(line);
    else if (this.router.configuration.mode !== null) this.configure(line);
    else this.run(line);
  }

  /** A blank turns the page. */
  turn(): boolean {
    const page = this.pages.shift();
    if (page === undefined) return false;
    this.show(`\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b${page}`);
    return true;
  }

  private show(page: string): void {
    const text = page.replaceAll('\n', '\r\n');
    this.channel.write(this.pages.length > 0 ? `${text} --More-- ` : `${text}\r\n${this.prompt()}`);
  }

  private answerEnable(line: string): void {
    this.privileged = line === this.router.options.enableSecret;
    this.print(this.privileged ? '' : '% Bad secrets\n');
  }

  /** In two parts, so that no reader may rely on where a packet ends. */
  private print(text: string, echo = ''): void {
    const whole = `${echo}\r\n${text === '' ? '' : `${text.replaceAll('\n', '\r\n')}\r\n`}${this.prompt()}`;
    const half = Math.floor(whole.length / 2);
    this.channel.write(whole.slice(0, half));
    this.channel.write(whole.slice(half));
  }

  private run(line: string): void {
    const { enableSecret, questions = {}, pages = {}, silent } = this.router.options;
    const starting = <Value>(table: Readonly<Record<string, Value>>): Value | undefined =>
      Object.entries(table).find(([start]) => line.startsWith(start))?.[1];
    if (line !== '') this.router.commands.push(line);
    const question = starting(questions);
    const paged = starting(pages);
    if (line === 'exit') this.channel.close();
    else if (silent?.test(line) === true) this.channel.write(`${line}\r\n`);
    else if (line === 'enable' && enableSecret !== undefined && !this.privileged) {
      this.asking = (answer) => this.answerEnable(answer);
      this.channel.write(`${line}\r\nPassword: `);
    } else if (question !== undefined) {
      this.asking = () => this.print(this.router.show(line));
      this.channel.write(`${line}\r\n${question}`);
    } else if (paged !== undefined) {
      this.pages = paged.slice(1);
      this.channel.write(`${line}\r\n`);
      this.show(paged[0] ?? '');
    } else if (line.startsWith('configure terminal') && this.router.show(line).startsWith('    ')) {
      this.router.configuration.enter();
      const { entering = '' } = this.router.options;
      this.print(`${entering}\nEnter configuration commands, one per line.  End with CNTL/Z.`.trimStart(), line);
    } else this.print(line === '' ? '' : this.router.show(line), line);
  }

  private configure(line: string): void {
    const { configuration } = this.router;
    if (line === 'end') {
      configuration.leave();
      return this.print('', line);
    }
    this.router.typed.push(line);
    const drop = this.router.options.drop?.(line);
    if (drop === 'before') return void this.connection.end();
    const judged = this.router.options.judge?.(line, configuration.mode ?? '');
    const reply = judged ?? configuration.take(line);
    if (drop === 'after') return void this.connection.end();
    this.print([reply, this.router.options.chatter ?? ''].filter((part) => part !== '').join('\n'), line);
  }
}
