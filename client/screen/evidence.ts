/** Evidence, leftovers and questions for people. */
import { figures } from 'listr2';
import type { EvidenceDocument, EvidenceItem, Leftover } from '../../domain/evidence.ts';
import { holds, observedText } from '../../domain/evidence.ts';
import type { StatusDocument } from '../../domain/progress.ts';
import type { Output } from '../output.ts';
import { oneLine, paintLine, widthOf, type Line } from './text.ts';
import { subjectText } from './tree.ts';

export function showEvidence(output: Output, document: EvidenceDocument): void {
  const width = widthOf(output.people.columns);
  const bad = document.items.filter((item) => !item.holds).length;
  // Row 19 is there only after a teardown: what the others say was so, and is no more.
  const gone = document.items.some((item) => item.row === 19);
  const good = gone ? 'every row held, and it is gone' : 'every row holds';
  const verdict = bad === 0 ? good : `${bad} of ${document.items.length} rows do not hold`;
  const plane = document.dataplane === null ? '' : ` (data plane: ${document.dataplane})`;
  output.line();
  output.line(
    paintLine([['bold', `Evidence of ${document.hub}/${document.site}`], `: ${verdict}${plane}`], width, output.paint),
  );
  for (const item of document.items) output.line(paintLine(evidenceLine(item), width, output.paint));
  if (!holds(document)) showLeftovers(output, document.leftovers);
}

function evidenceLine(item: EvidenceItem): Line {
  return [
    String(item.row).padStart(4),
    ' ',
    item.holds ? ['green', figures.tick] : ['red', figures.cross],
    ` ${item.step.padEnd(30)} `,
    ['dim', observedText(item.observed)],
  ];
}

export function showLeftovers(output: Output, leftovers: readonly Leftover[]): void {
  if (leftovers.length === 0) return;
  output.line(output.paint('yellow', `Left over, to be removed by hand (${leftovers.length}):`));
  for (const { what, reason } of leftovers) output.line(`  ${what}: ${reason}`);
}

/** What waits for a person, and what to type. */
export function showQuestions(output: Output, status: StatusDocument): void {
  for (const { step, question } of status.attention) {
    const title = status.steps.find(({ id }) => id === step)?.title ?? step;
    output.line(
      output.paint('yellow', `${subjectText(status)} waits for a person at "${title}": ${oneLine(question)}`),
    );
  }
  if (status.attention.length === 0) return;
  const name = status.site === null ? status.hub : `${status.hub}/${status.site}`;
  output.line(
    `  Mend it and type \`npx sitelink resume ${name}\`, or remove everything with \`npx sitelink down ${name}\`.`,
  );
}
