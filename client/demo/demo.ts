/**
 * `sitelink demo [--once]`: Temporal, the lab, a worker and the seed's site file, from nothing to a verified tunnel.
 * It composes what the other commands do and has no path of its own.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EvidenceDocument } from '../../domain/evidence.ts';
import { allHold, down } from '../commands/down.ts';
import { readFileFor, up } from '../commands/up.ts';
import { exitCodes, worst, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { demoFiles, secretVariables, type LabFacts } from '../processes/state.ts';
import { inSession, type Session, type Surroundings } from '../session.ts';
import { writeVariables } from '../shell-env.ts';
import { whatIsLeft } from './inventory.ts';
import { openLab, openTemporal, openWorker, type DemoContext } from './parts.ts';
import { ensureSecrets } from './secrets.ts';
import { Staff } from './staff.ts';

export interface DemoOptions {
  /** Also take it down, check that nothing is left, and end. */
  readonly once: boolean;
}

const SEED = fileURLToPath(new URL('../../examples/seed.yaml', import.meta.url));

/** Ends with 0 only if every row holds and, with `once`, nothing is left. */
export async function demo(surroundings: Surroundings, options: DemoOptions): Promise<ExitCode> {
  const files = demoFiles(surroundings.env);
  await mkdir(files.logs, { recursive: true, mode: 0o700 });
  const staff = new Staff(files);
  try {
    await staff.takeOver(surroundings.output);
    const context = { files, staff, output: surroundings.output, env: surroundings.env };
    const stop = AbortSignal.any([surroundings.interrupt, staff.lost.signal]);
    const code = await play(context, { ...surroundings, interrupt: stop }, options);
    staff.lost.signal.throwIfAborted();
    return code;
  } finally {
    await staff.dismiss();
    surroundings.output.line(
      `Stopped; its state is kept in ${files.folder}, and \`npx sitelink demo\` goes on from there.`,
    );
  }
}

async function play(context: DemoContext, surroundings: Surroundings, options: DemoOptions): Promise<ExitCode> {
  const { files, output } = context;
  output.line(`The demo builds ${SEED} on the lab: an Azure VPN gateway, a Cisco router, and a tunnel between them.`);
  await ensureSecrets(files);
  const temporal = await openTemporal(context);
  const { variables: ofLab, facts } = await openLab(context);
  const variables = { ...ofLab, ...temporal, SITELINK_SSH_KEY: files.sshKey };
  await writeVariables(files.env, 'Source this to reach the demo: . demo/env', variables);
  const env = { ...context.env, ...variables };
  return await inSession({ ...surroundings, env }, async (session) => {
    await openWorker({ ...context, env }, session.temporal, (await secretVariables(files)) ?? {});
    return await buildAndShow({ ...session, dataplane: facts.dataplane ?? null }, facts, options);
  });
}

async function buildAndShow(session: Session, facts: LabFacts, { once }: DemoOptions): Promise<ExitCode> {
  const { output, interrupt } = session;
  const documents = new Documents(output);
  const quiet = { ...session, output: documents.output };
  const file = await readFileFor(SEED, session.env);
  const built = await up(quiet, file);
  if (interrupt.aborted || built === exitCodes.interrupted) return exitCodes.interrupted;
  if (!once) {
    output.document(documents.last);
    await untilInterrupted(output, file.hub.name, interrupt);
    return built;
  }
  output.line();
  output.line(`Taking ${file.hub.name} down again.`);
  const removed = await down(quiet, { hub: file.hub.name, site: null }, { detach: false });
  if (interrupt.aborted) return exitCodes.interrupted;
  const left = await whatIsLeft(facts.control);
  for (const one of left) output.line(output.paint('red', `The lab still has ${one}`));
  if (left.length === 0) output.line('The inventory of the lab is empty: nothing is left.');
  output.document(documents.last);
  const clean = left.length === 0 && allHold(documents.evidence()) ? exitCodes.fine : exitCodes.notClean;
  return worst([built, removed, clean]);
}

async function untilInterrupted(output: Output, hub: string, interrupt: AbortSignal): Promise<void> {
  output.line();
  output.line(
    `It stays until Ctrl-C. In another terminal: \`npx sitelink status ${hub}\`, \`npx sitelink verify ${hub}\`, \`npx sitelink down ${hub}\`.`,
  );
  if (interrupt.aborted) return;
  await new Promise((resolve) => interrupt.addEventListener('abort', resolve, { once: true }));
}

/** Keeps the documents of the commands that a demo composes, because it gives one itself. */
class Documents {
  last: unknown = null;
  readonly output: Output;

  constructor(output: Output) {
    this.output = { ...output, document: (value) => void (this.last = value) };
  }

  evidence(): EvidenceDocument[] {
    return [this.last].flat().filter(isEvidence);
  }
}

function isEvidence(value: unknown): value is EvidenceDocument {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'sitelink.evidence/1';
}
