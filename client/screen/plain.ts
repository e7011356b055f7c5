import type { StatusDocument, StepView } from '../../domain/progress.ts';
import type { Output } from '../output.ts';
import { durationText, rangeText } from './duration.ts';
import type { Screen } from './screen.ts';
import { oneLine } from './text.ts';
import { subjectText } from './tree.ts';

/** A line for each change of a phase or a step, and for each new note. */
export class PlainScreen implements Screen {
  private readonly output: Output;
  private readonly pace: number;
  private readonly phases = new Map<string, string>();
  private readonly steps = new Map<string, string>();
  private readonly notes = new Map<string, readonly string[]>();
  private noticed = '';
  /** The first sight of a run tells only its phase. */
  private phaseOnly: boolean;

  constructor(output: Output, pace: number, phaseOnly: boolean) {
    this.output = output;
    this.pace = pace;
    this.phaseOnly = phaseOnly;
  }

  show(statuses: readonly StatusDocument[]): void {
    this.noticed = '';
    for (const status of statuses) this.showOne(status);
    this.phaseOnly = false;
  }

  notice(line: string): void {
    if (line === this.noticed) return;
    this.noticed = line;
    this.say(line);
  }

  close(): void {
    // Every line was written when it became known.
  }

  private showOne(status: StatusDocument): void {
    const subject = subjectText(status);
    // What happened to steps comes before the phase that it led to.
    for (const step of status.steps) this.showStep(subject, step);
    for (const note of this.newNotes(subject, status.notes)) this.say(`${subject}: ${note}`, this.phaseOnly);
    if (this.phases.get(subject) === status.phase) return;
    this.phases.set(subject, status.phase);
    this.say(`${subject} is ${status.phase}`);
  }

  private showStep(subject: string, step: StepView): void {
    const key = `${subject}/${step.id}`;
    const state = `${step.state} ${step.attempts}`;
    // That steps are undone is told by the notes of the teardown, thing by thing.
    if (this.steps.get(key) === state || step.state === 'waiting' || step.state === 'undone') return;
    this.steps.set(key, state);
    this.say(`${subject}: ${step.title}: ${this.stateText(step)}`, this.phaseOnly);
  }

  private stateText(step: StepView): string {
    const detail = step.detail === '' ? '' : `: ${step.detail}`;
    switch (step.state) {
      case 'running':
        return `begins${this.usually(step)}`;
      case 'done':
        return `done${this.took(step)}${detail}`;
      case 'attention':
        return `waits for a person${detail}`;
      case 'undone':
      case 'waiting':
        return step.state;
    }
  }

  private usually({ expectedSeconds }: StepView): string {
    if (expectedSeconds === null) return '';
    const { from, to } = expectedSeconds;
    return ` (usually ${rangeText({ from: from / this.pace, to: to / this.pace })})`;
  }

  private took({ startedAt, endedAt }: StepView): string {
    if (startedAt === null || endedAt === null) return '';
    return ` after ${durationText(Date.parse(endedAt) - Date.parse(startedAt))}`;
  }

  /** Only the newest notes are kept in a status: those that were not in the last one are new. */
  private newNotes(subject: string, notes: readonly string[]): readonly string[] {
    const known = this.notes.get(subject) ?? [];
    this.notes.set(subject, notes);
    return notes.filter((note) => !known.includes(note));
  }

  private say(line: string, silent = false): void {
    if (!silent) this.output.line(`${new Date().toISOString().slice(11, 19)} ${oneLine(line)}`);
  }
}
