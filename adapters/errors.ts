/**
 * What adapters throw. The class is the retry decision; `activities/failures.ts` alone turns it into a
 * Temporal failure. Every message says what happened, with which value, and what to do next.
 *
 * No secret may be put into any field: callers mask first.
 */

/** The facts common to all adapter errors; `shortMessage` is for one line on a screen. */
export interface ErrorFacts {
  /** What happened, with the value that caused it. One sentence, no full stop. */
  readonly what: string;
  /** What the reader should do next. One sentence, no full stop. */
  readonly next: string;
  readonly cause?: unknown;
}

/** What Azure says beside its message; all optional because routers and networks say none of it. */
export interface AzureFacts {
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
  /** Inner error details, as `code: message`, outermost first. */
  readonly details?: readonly string[];
}

function longMessage(facts: ErrorFacts, more: readonly string[] = []): string {
  return [`${facts.what}. ${facts.next}.`, ...more].join('\n');
}

function azureLines(facts: AzureFacts): string[] {
  const lines = (facts.details ?? []).map((detail) => `  ${detail}`);
  if (facts.code !== undefined) lines.push(`  code ${facts.code}`);
  if (facts.requestId !== undefined) lines.push(`  request id ${facts.requestId}`);
  return lines;
}

/** The parent of all four, so that callers can tell a judged failure from a defect. */
export abstract class AdapterError extends Error {
  readonly shortMessage: string;
  /** What the reader should do next. */
  readonly next: string;

  constructor(facts: ErrorFacts, more?: readonly string[]) {
    super(longMessage(facts, more), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.shortMessage = facts.what;
    this.next = facts.next;
  }
}

/** Permanent: a bad request, quota, policy, wrong credentials, a check that failed. Never retried. */
export class Refused extends AdapterError {
  override readonly name = 'Refused';
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly details: readonly string[];

  constructor(facts: ErrorFacts & AzureFacts) {
    super(facts, azureLines(facts));
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.details = facts.details ?? [];
  }
}

/** Somebody else is at work, or we are throttled: the same request is right, later. */
export class Busy extends AdapterError {
  override readonly name = 'Busy';
  readonly retryAfterSeconds: number;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly details: readonly string[];

  constructor(facts: ErrorFacts & AzureFacts & { readonly retryAfterSeconds: number }) {
    super(facts, azureLines(facts));
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.details = facts.details ?? [];
  }
}

/** The other side did not answer, or the connection was lost: try again, then ask a person. */
export class Unreachable extends AdapterError {
  override readonly name = 'Unreachable';
  readonly host: string;

  constructor(facts: ErrorFacts & { readonly host: string }) {
    super(facts);
    this.host = facts.host;
  }
}

/** The router refused a line. Nothing was sent after it. `command` and `reply` are masked. */
export class DeviceRejected extends AdapterError {
  override readonly name = 'DeviceRejected';
  readonly host: string;
  /** Number of the line in what was sent, from 1; 0 for a command outside a configuration. */
  readonly line: number;
  readonly command: string;
  /** The prompt's mode when the line was typed, such as `config-if`; `exec` outside configuration. */
  readonly mode: string;
  readonly reply: string;

  constructor(
    facts: Omit<ErrorFacts, 'what'> & {
      readonly what?: string;
      readonly host: string;
      readonly line: number;
      readonly command: string;
      readonly mode: string;
      readonly reply: string;
    },
  ) {
    const which = facts.line > 0 ? `line ${facts.line} ` : '';
    const what =
      facts.what ??
      `Router ${facts.host} rejected ${which}\`${facts.command.trim()}\` in mode ${facts.mode}: ${facts.reply.trim()}`;
    super({ what, next: facts.next, cause: facts.cause });
    this.host = facts.host;
    this.line = facts.line;
    this.command = facts.command;
    this.mode = facts.mode;
    this.reply = facts.reply;
  }
}
