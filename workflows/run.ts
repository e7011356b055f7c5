/**
 * What a hub's and a site's run have in common: the record of steps, observations and undos, the commands, and how all
 * of it is shown. A command's handler only sets state; the main function acts on it.
 */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  recordObservation,
  rowTitles,
  type EvidenceDocument,
  type EvidenceItem,
  type Json,
  type Leftover,
  type Row,
} from '../domain/evidence.ts';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Phase, Problem, RunResult, StatusDocument } from '../domain/progress.ts';
import type { StepPlan } from '../domain/runbook.ts';
import { renderDetails } from './details.ts';
import { resumeSignal, resumeUpdate, statusQuery, teardownSignal, teardownUpdate } from './messages.ts';
import type { Carried, RunOptions } from './state.ts';
import { now, Steps } from './step.ts';
import { UndoLedger } from './undo.ts';

const phaseKey = defineSearchAttributeKey('SitelinkPhase', 'KEYWORD');

export interface RunSubject {
  readonly kind: 'hub' | 'site';
  readonly hub: string;
  readonly site: string | null;
  readonly sites: () => readonly string[];
  readonly evidence: (observations: readonly EvidenceItem[], leftovers: readonly Leftover[]) => EvidenceDocument | null;
}

export class Run {
  readonly steps: Steps;
  readonly ledger: UndoLedger;
  readonly startedAt: string;
  stage: Phase;
  observations: readonly EvidenceItem[];
  leftovers: readonly Leftover[] = [];
  problems: readonly Problem[] = [];
  notes: readonly string[];
  teardownRequested = false;
  private readonly subject: RunSubject;
  private readonly options: RunOptions;
  private readonly buildScope = new CancellationScope();
  private shownPhase: Phase | null = null;

  constructor(
    subject: RunSubject,
    plans: readonly StepPlan[],
    first: Phase,
    options: RunOptions,
    carried: Carried | undefined,
  ) {
    this.subject = subject;
    this.options = options;
    this.stage = carried?.stage ?? first;
    this.startedAt = carried?.startedAt ?? now();
    this.observations = carried?.observations ?? [];
    this.notes = carried?.notes ?? [];
    this.ledger = new UndoLedger(carried?.undos ?? []);
    this.steps = new Steps(plans, carried?.steps ?? [], () => this.show());
    this.listen();
    this.show();
  }

  carried(): Carried {
    return {
      startedAt: this.startedAt,
      stage: this.stage,
      steps: this.steps.views(),
      undos: this.ledger.all(),
      observations: this.observations,
      notes: this.notes,
    };
  }

  phase(): Phase {
    const waits = this.steps.attention().length > 0 && this.stage !== 'tearing-down' && this.stage !== 'gone';
    return waits ? 'attention' : this.stage;
  }

  enter(stage: Phase): void {
    this.stage = stage;
    this.show();
  }

  note(line: string): void {
    this.notes = [...this.notes, line].slice(-20);
    this.show();
  }

  observe(row: Row, holds: boolean, observed: Json, source: string): void {
    const item = { row, step: rowTitles[row], holds, observed, source, observedAt: now() };
    this.observations = recordObservation(this.observations, item);
    this.show();
  }

  /** Runs the work until it ends, or until a teardown or a cancellation stops it: false then, and every step has ended. */
  async unlessStopped(work: () => Promise<void>): Promise<boolean> {
    try {
      await this.buildScope.run(async () => {
        // A command may have come before the first line of the workflow ran.
        if (this.teardownRequested) this.buildScope.cancel();
        await work();
      });
      // It may have come in the very turn in which the work ended.
      return !this.teardownRequested;
    } catch (error) {
      if (!isCancellation(error)) throw error;
      // A cancellation of the workflow means the same; commands that wait are told.
      this.teardownRequested = true;
      return false;
    } finally {
      await CancellationScope.nonCancellable(() => this.steps.settled());
    }
  }

  /** True when this history is long enough to begin a new one. */
  historyIsFull(): boolean {
    const info = workflowInfo();
    return info.continueAsNewSuggested || info.historyLength >= this.options.historyEvents;
  }

  /** A promise for a condition, safe to leave unawaited. */
  when(holds: () => boolean): Promise<void> {
    const promise = condition(holds);
    promise.catch(() => undefined);
    return promise;
  }

  status(): StatusDocument {
    const phase = this.phase();
    return {
      schema: 'sitelink.status/1',
      kind: this.subject.kind,
      hub: this.subject.hub,
      site: this.subject.site,
      phase,
      steps: this.steps.views(),
      attention: this.steps.attention(),
      sites: this.subject.sites(),
      startedAt: this.startedAt,
      evidence: this.subject.evidence(this.observations, this.leftovers),
      leftovers: this.leftovers,
      problems: this.problems,
      notes: this.notes,
    };
  }

  result(outcome: RunResult['outcome']): RunResult {
    return { schema: 'sitelink.result/1', outcome, status: this.status() };
  }

  show(): void {
    const status = this.status();
    setCurrentDetails(renderDetails(status));
    if (this.options.searchAttributes && status.phase !== this.shownPhase) {
      upsertSearchAttributes([{ key: phaseKey, value: status.phase }]);
    }
    this.shownPhase = status.phase;
  }

  private listen(): void {
    const teardown = (): void => {
      this.teardownRequested = true;
      this.buildScope.cancel();
    };
    const unlessGone = (): void => {
      if (this.stage === 'gone')
        throw ApplicationFailure.nonRetryable('It is gone already; nothing is left to do.', 'Refused');
    };
    setHandler(statusQuery, () => this.status(), { description: 'Phase, steps, questions and evidence' });
    setHandler(teardownSignal, teardown, { description: 'Take everything down, from any phase' });
    setHandler(
      teardownUpdate,
      () => {
        teardown();
        return 'teardown begins';
      },
      { validator: unlessGone, description: 'Take everything down, from any phase' },
    );
    setHandler(resumeSignal, () => void this.steps.resume(), { description: 'Yes to what waits for a person' });
    setHandler(resumeUpdate, () => `${this.steps.resume()} step(s) go on`, {
      validator: () => {
        if (this.steps.attention().length > 0) return;
        throw ApplicationFailure.nonRetryable(`Nothing waits for a person; the phase is ${this.phase()}.`, 'Refused');
      },
      description: 'Yes to what waits for a person: each step in attention is tried again',
    });
  }
}
