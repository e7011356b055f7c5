/** The run as Markdown, for the Temporal Web UI: readable by someone who has never seen the code. */
import { observedText, type EvidenceItem } from '../domain/evidence.ts';
import type { StatusDocument, StepState, StepView } from '../domain/progress.ts';

const marks: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '▶',
  done: '✔',
  attention: '✋',
  undone: '↶',
};

export function renderDetails(status: StatusDocument): string {
  const title = status.site === null ? `Hub ${status.hub}` : `Site ${status.site} of hub ${status.hub}`;
  const parts = [`### ${title}: ${status.phase}`];
  for (const waits of status.attention) {
    parts.push(
      `> **${waits.step} waits for a person.** ${quoted(waits.question)}\n>\n> \`resume\` says yes or tries again, \`teardown\` removes everything.`,
    );
  }
  for (const problem of status.problems) parts.push(`> **${problem.path}** ${problem.message} ${problem.remedy}`);
  parts.push(stepTable(status.steps));
  if (status.evidence !== null && status.evidence.items.some((item) => item.observed !== 'not reached')) {
    parts.push('#### Evidence', evidenceTable(status.evidence.items));
  }
  if (status.leftovers.length > 0) {
    parts.push(
      '#### Left over',
      ...status.leftovers.map((leftover) => `- \`${leftover.what}\`: ${cell(leftover.reason)}`),
    );
  }
  parts.push(...status.notes.map((line) => `- ${line}`));
  return parts.join('\n\n');
}

/** The first line as it is; what follows, the lines for a router, word for word. */
function quoted(question: string): string {
  const [first = '', ...lines] = question.split('\n');
  return lines.length === 0 ? first : [first, '```', ...lines, '```'].join('\n> ');
}

function stepTable(steps: readonly StepView[]): string {
  const rows = steps.map(
    (step) =>
      `| ${marks[step.state]} ${step.state} | ${cell(step.title)} | ${clock(step.startedAt)} | ${clock(step.endedAt)} | ${code(step.detail)} |`,
  );
  return ['| state | step | began | ended | detail |', '|---|---|---|---|---|', ...rows].join('\n');
}

function evidenceTable(items: readonly EvidenceItem[]): string {
  const rows = items.map(
    (item) =>
      `| ${item.row} | ${item.holds ? '✔' : '✘'} | ${cell(item.step)} | ${code(observedText(item.observed))} | ${cell(item.source)} |`,
  );
  return ['| row | holds | what | observed | source |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** As code, since the Web UI would show 100/24 as a fraction; it does not break such a line, so it is short. */
function code(text: string): string {
  const line = cell(text).replaceAll('`', "'");
  if (line === '') return '';
  return `\`${line.length > 120 ? `${line.slice(0, 119)}…` : line}\``;
}

function clock(time: string | null): string {
  return time === null ? '' : time.slice(11, 19);
}

/** A line break or a bar would end the table's cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
