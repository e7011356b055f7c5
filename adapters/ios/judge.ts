/**
 * What a reply in configuration mode means. Default-deny: whatever is not silence, syslog or a known notice is a
 * rejection of the line.
 */
import { iosXe } from './dialect.ts';
import { syslogLines, withoutInterruptions } from './text.ts';

export interface Judgement {
  /** The reply without syslog and notices if it is a rejection, else null. */
  readonly rejection: string | null;
  /** Why, in the router's words: the first marker found, or the first line. */
  readonly marker: string | null;
  readonly notices: readonly string[];
  readonly syslog: readonly string[];
  /** The line may work later: the object is still in use. */
  readonly inUse: boolean;
  readonly configLocked: boolean;
}

function isNotice(line: string): boolean {
  return iosXe.notices.some((notice) => notice.test(line));
}

function markerOf(reply: string): string {
  for (const marker of iosXe.markers) {
    const found = marker.exec(reply);
    if (found !== null) return found[0].trim();
  }
  return reply.trim().split('\n')[0]?.trim() ?? '';
}

/** Judges the text between a line's echo and the next prompt. */
export function judge(reply: string): Judgement {
  const lines = withoutInterruptions(reply)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const rest = lines.filter((line) => !isNotice(line));
  const rejection = rest.length === 0 ? null : rest.join('\n');
  return {
    rejection,
    marker: rejection === null ? null : markerOf(rejection),
    notices: lines.filter(isNotice).map((line) => line.trim()),
    syslog: syslogLines(reply),
    inUse: rejection !== null && iosXe.stillInUse.some((pattern) => pattern.test(rejection)),
    configLocked: rejection !== null && iosXe.configLocked.test(rejection),
  };
}

/** Where a refusal of an exec command stands: the caret, a question or a line of progress may come before it. */
const refusalWithin = 4;

/**
 * The line that says that an exec command did not run, or null. Only the head of a reply is looked at: the rest may be
 * a banner, a description or a log that quotes such a line.
 */
export function execRejection(reply: string): string | null {
  const head = withoutInterruptions(reply)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, refusalWithin);
  return head.find((line) => iosXe.execErrors.some((pattern) => pattern.test(line)))?.trim() ?? null;
}
