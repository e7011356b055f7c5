/** What is wrong with a document, in our own words instead of the validator's. */
import * as v from 'valibot';

/**
 * Every problem of a document, in one line.
 * @param whole what the document as a whole is called
 */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[], whole: string): string {
  return issues.map((issue) => problemOf(issue, whole)).join('; ');
}

function problemOf(issue: v.BaseIssue<unknown>, whole: string): string {
  const path = v.getDotPath(issue);
  if (issue.type === 'strict_object' && path !== null && issue.message.startsWith('Invalid key')) {
    const member = String(issue.path?.at(-1)?.key);
    const around = path.slice(0, Math.max(0, path.length - member.length - 1));
    const text = issue.expected === 'never' ? `unknown member ${member}` : `${member} is missing`;
    return around === '' ? text : `${around}: ${text}`;
  }
  const text = issue.message.replace(/^Invalid [a-z ]+: Expected (.*) but received (.*)$/s, 'expected $1, not $2');
  return `${path ?? whole}: ${text}`;
}
