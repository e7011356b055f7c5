/** Hub and sites as a tree of steps: pure, from statuses to lines. */
import { figures } from 'listr2';
import type { Phase, StatusDocument, StepState, StepView } from '../../domain/progress.ts';
import type { Style } from '../output.ts';
import { durationText, leftText } from './duration.ts';
import type { Line, Piece } from './text.ts';

export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How many times faster than Azure the endpoint runs. */
  readonly pace: number;
  /** What stands before a running step. */
  readonly spinner: string;
}

interface StepLine {
  readonly state: StepState | null;
  readonly line: Line;
}

/** The tree, in at most `height` lines: where that is too few, what waits and then what is done is left out. */
export function treeLines(statuses: readonly StatusDocument[], moment: Moment, height: number): Line[] {
  const all = statuses.flatMap((status): StepLine[] => [
    { state: null, line: titleLine(status, moment) },
    ...status.steps.map((step) => ({ state: step.state, line: stepLine(step, moment) })),
  ]);
  let kept = all;
  for (const dispensable of ['waiting', 'undone', 'done']) {
    while (kept.length > height) {
      const at = kept.findIndex(({ state }) => state === dispensable);
      if (at === -1) break;
      kept = kept.filter((_, index) => index !== at);
    }
  }
  return kept.slice(0, height).map(({ line }) => line);
}

const phaseStyles: Partial<Record<Phase, Style>> = {
  connected: 'green',
  gone: 'green',
  degraded: 'yellow',
  attention: 'yellow',
  refused: 'red',
};

/** `Site Site01 of hub japan`. */
export function subjectText(status: StatusDocument): string {
  return status.site === null ? `Hub ${status.hub}` : `Site ${status.site} of hub ${status.hub}`;
}

function titleLine(status: StatusDocument, moment: Moment): Line {
  const since = durationText(moment.now - Date.parse(status.startedAt));
  return [
    ['bold', subjectText(status)],
    '  ',
    [phaseStyles[status.phase] ?? 'cyan', status.phase],
    ['dim', `  ${since}`],
  ];
}

function stepLine(step: StepView, moment: Moment): Line {
  const time = step.startedAt === null ? '' : durationText(endOf(step, moment) - Date.parse(step.startedAt));
  const left = expectation(step, moment);
  return [
    '  ',
    mark(step.state, moment.spinner),
    ' ',
    step.state === 'waiting' ? ['dim', step.title] : step.title,
    ['dim', time === '' ? '' : `  ${time}`],
    left === null ? '' : ['cyan', `  ${left}`],
    detail(step),
  ];
}

function mark(state: StepState, spinner: string): Piece {
  switch (state) {
    case 'waiting':
      return ['dim', figures.pointerSmall];
    case 'running':
      return ['cyan', spinner];
    case 'done':
      return ['green', figures.tick];
    case 'attention':
      return ['yellow', figures.warning];
    case 'undone':
      return ['dim', figures.arrowLeft];
  }
}

function detail({ state, detail: text }: StepView): Piece {
  if (text === '') return '';
  return state === 'attention' ? ['yellow', `  ${text}`] : ['dim', `  ${text}`];
}

function endOf(step: StepView, moment: Moment): number {
  return step.endedAt === null ? moment.now : Date.parse(step.endedAt);
}

/** What is left of a long step, at the endpoint's pace; null for the others. */
function expectation(step: StepView, { now, pace }: Pick<Moment, 'now' | 'pace'>): string | null {
  if (step.state !== 'running' || step.expectedSeconds === null || step.startedAt === null) return null;
  const { from, to } = step.expectedSeconds;
  return leftText({ from: from / pace, to: to / pace }, (now - Date.parse(step.startedAt)) / 1000);
}
