/**
 * JSON as Azure takes it: az sends a template with the comments, line breaks in texts and bare member names that people
 * write in template files. Strict JSON comes out; what is no JSON either way stays wrong.
 */

const isWord = (char: string | undefined): boolean => char !== undefined && /[\w$]/.test(char);

class Scanner {
  private readonly source: string;
  private readonly parts: string[] = [];
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  strict(): string {
    while (this.at < this.source.length) this.step();
    return this.parts.join('');
  }

  private step(): void {
    const char = this.source[this.at] ?? '';
    const two = this.source.slice(this.at, this.at + 2);
    if (char === '"') this.text();
    else if (two === '//') this.skipTo('\n');
    else if (two === '/*') this.skipTo('*/');
    else if (isWord(char)) this.word();
    else {
      if (char === '}' || char === ']') this.dropComma();
      this.parts.push(char);
      this.at += 1;
    }
  }

  /** A text with its line breaks and tabs written as escapes. */
  private text(): void {
    let end = this.at + 1;
    while (end < this.source.length && this.source[end] !== '"') end += this.source[end] === '\\' ? 2 : 1;
    const text = this.source.slice(this.at, end + 1);
    this.parts.push(text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
    this.at = end + 1;
  }

  private skipTo(mark: string): void {
    const end = this.source.indexOf(mark, this.at + mark.length);
    // A line's end stays, as it may part two words.
    this.at = end < 0 ? this.source.length : mark === '\n' ? end : end + mark.length;
    this.parts.push(' ');
  }

  /** Numbers, true, false, null, and names of members that lack their quotes. */
  private word(): void {
    let end = this.at;
    while (isWord(this.source[end])) end += 1;
    const word = this.source.slice(this.at, end);
    let next = end;
    while (/\s/.test(this.source[next] ?? '')) next += 1;
    this.parts.push(this.source[next] === ':' ? `"${word}"` : word);
    this.at = end;
  }

  /** The comma after the last member or element. */
  private dropComma(): void {
    let last = this.parts.length - 1;
    while (last >= 0 && /^\s$/.test(this.parts[last] ?? '')) last -= 1;
    if (this.parts[last] === ',') this.parts[last] = ' ';
  }
}

/** The value of strict JSON or of such a document. @throws SyntaxError, in the words for strict JSON */
export function parseRelaxed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    try {
      return JSON.parse(new Scanner(text).strict()) as unknown;
    } catch {
      throw error;
    }
  }
}
