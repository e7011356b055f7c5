/**
 * The template language: `[concat(parameters('name'), '-x')]` as a tree. Strings in single quotes (doubled inside),
 * whole numbers, calls, `.member` and `[index]`; nothing else is in it.
 */
import { TemplateError } from './template-error.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression };

/** Azure's own limit, in characters. */
const longestExpression = 24_576;

/** Deeper ones are refused, where Azure has a limit too. */
const deepest = 100;

const tokenForm = /\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*(?=\s*\())?)|([()[\],.]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
}

const end: Token = { kind: 'end', text: 'the end' };

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = source.trimEnd();
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < trimmed.length) {
    const from = tokenForm.lastIndex;
    const match = tokenForm.exec(trimmed);
    if (match === null) throw new TemplateError(`The expression has an unexpected character at position '${from}'`);
    const [, text, number, name, sign] = match;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(source: string) {
    this.tokens = tokensOf(source);
  }

  whole(): Expression {
    const found = this.expression();
    if (this.peek().kind !== 'end') throw this.unexpected();
    return found;
  }

  private expression(): Expression {
    this.depth += 1;
    if (this.depth > deepest) throw new TemplateError(`The expression is nested deeper than ${deepest} levels`);
    let found = this.primary();
    while (this.is('.') || this.is('[')) found = this.member(found);
    this.depth -= 1;
    return found;
  }

  private primary(): Expression {
    const token = this.next();
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind !== 'name' || !this.is('(')) throw this.unexpected(token);
    return { kind: 'call', name: token.text, args: this.args() };
  }

  private args(): Expression[] {
    this.take('(');
    const args: Expression[] = [];
    if (!this.is(')')) {
      args.push(this.expression());
      while (this.is(',')) {
        this.take(',');
        args.push(this.expression());
      }
    }
    this.take(')');
    return args;
  }

  private member(of: Expression): Expression {
    if (this.is('[')) {
      this.take('[');
      const key = this.expression();
      this.take(']');
      return { kind: 'member', of, key };
    }
    this.take('.');
    const name = this.next();
    if (name.kind !== 'name') throw this.unexpected(name);
    return { kind: 'member', of, key: { kind: 'literal', value: name.text } };
  }

  private peek(): Token {
    return this.tokens[this.position] ?? end;
  }

  private next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  private is(sign: string): boolean {
    const token = this.peek();
    return token.kind === 'sign' && token.text === sign;
  }

  private take(sign: string): void {
    const token = this.next();
    if (token.kind !== 'sign' || token.text !== sign) throw this.unexpected(token);
  }

  private unexpected(token = this.peek()): TemplateError {
    return new TemplateError(`The expression has '${token.text.slice(0, 50)}' where it cannot stand`);
  }
}

/**
 * What a text of a template means: null if it is no expression, so that it stands for itself. `[[` at the start is an
 * escaped bracket. @throws TemplateError
 */
export function parseText(text: string): Expression | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  if (text.startsWith('[[')) return { kind: 'literal', value: text.slice(1) };
  if (text.length > longestExpression) {
    throw new TemplateError(`The expression is longer than ${longestExpression} characters`);
  }
  return new Parser(text.slice(1, -1)).whole();
}
