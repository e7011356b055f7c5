/** When each step of a site file can begin and end at Azure's pace, and which chain of them decides. */
import { hubSteps, siteSteps, type StepPlan } from '../../domain/runbook.ts';
import type { SiteFile } from '../../domain/spec.ts';

export interface ScheduledStep extends StepPlan {
  /** `hub`, or the site's name. */
  readonly run: string;
  /** Seconds after the start at which it has ended, if everything takes its shortest, or its longest. */
  readonly endsAfterSeconds: { readonly from: number; readonly to: number };
  readonly critical: boolean;
}

interface Node {
  readonly run: string;
  readonly step: StepPlan;
  readonly ends: { readonly from: number; readonly to: number };
  /** The step whose end this one waits for longest; null for the first. */
  readonly last: Node | null;
}

/** The steps of the hub and then of each site, in the order in which they may start. */
export function schedule(file: SiteFile): ScheduledStep[] {
  const nodes: Node[] = [];
  const find = (run: string, id: string) => nodes.find((node) => node.run === run && node.step.id === id);
  const add = (run: string, step: StepPlan) => {
    // A site's run starts when preflight holds; `hub x`, and ids that the site has not, are steps of the hub.
    const waitsFor = run !== hubRun && step.after.length === 0 ? ['hub preflight'] : step.after;
    const before = waitsFor.flatMap((id) => find(run, id) ?? find(hubRun, id.replace(/^hub /, '')) ?? []);
    const last = before.reduce<Node | null>((a, b) => (a === null || b.ends.to > a.ends.to ? b : a), null);
    const begins = {
      from: Math.max(0, ...before.map((node) => node.ends.from)),
      to: Math.max(0, ...before.map((node) => node.ends.to)),
    };
    const ends = { from: begins.from + step.expectedSeconds.from, to: begins.to + step.expectedSeconds.to };
    nodes.push({ run, step, ends, last });
  };
  for (const step of hubSteps(file.hub)) add(hubRun, step);
  for (const site of file.sites) for (const step of siteSteps(site, file.hub)) add(site.name, step);

  const critical = new Set<Node>();
  const end = nodes.reduce<Node | null>((a, b) => (a === null || b.ends.to > a.ends.to ? b : a), null);
  for (let node = end; node !== null; node = node.last) critical.add(node);
  return nodes.map((node) => ({
    ...node.step,
    run: node.run,
    endsAfterSeconds: node.ends,
    critical: critical.has(node),
  }));
}

const hubRun = 'hub';

/** Seconds until the last step has ended. */
export function totalSeconds(steps: readonly ScheduledStep[]): { from: number; to: number } {
  return {
    from: Math.max(0, ...steps.map((step) => step.endsAfterSeconds.from)),
    to: Math.max(0, ...steps.map((step) => step.endsAfterSeconds.to)),
  };
}
