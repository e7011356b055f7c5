/** The `sitelink` command: reads its arguments, runs one command, and ends with its exit code. */
import { Command, CommanderError, Option } from 'commander';
import { exitCodes } from './exit-code.ts';
import { CommandFailed } from './failure.ts';
import { makeOutput, type Output } from './output.ts';
import { inSession, lookAround, type Session, type Surroundings } from './session.ts';
import type { Target } from './runs.ts';

interface Run {
  readonly env: NodeJS.ProcessEnv;
  readonly interrupt: AbortSignal;
}

type Act = (surroundings: Surroundings) => Promise<number>;

/** The exit code of a command line. Never rejects. */
async function main(args: readonly string[], run: Run): Promise<number> {
  let chosen: Act | null = null;
  const program = commands((act) => (chosen = act));
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongFile;
    throw error;
  }
  const json = program.opts<{ output: string }>().output === 'json';
  const output = makeOutput({ json, env: run.env, stdout: process.stdout, stderr: process.stderr });
  return chosen === null ? exitCodes.fine : await perform(chosen, { ...run, output });
}

async function perform(act: Act, surroundings: Omit<Surroundings, 'demo'>): Promise<number> {
  try {
    return await act(await lookAround(surroundings));
  } catch (error) {
    return fail(surroundings.output, error);
  }
}

/** One line for people, then what belongs to it; a stack trace only for a mistake of ours, and only when asked for. */
function fail(output: Output, error: unknown): number {
  if (error instanceof CommandFailed) {
    output.error(output.paint('red', error.message));
    for (const line of error.details()) output.error(line);
    output.document(error.document());
    return error.exitCode;
  }
  const message = causes(error).join(': ');
  output.error(output.paint('red', `It failed in a way that was not foreseen: ${message}`));
  if (process.env['SITELINK_DEBUG'] !== undefined && error instanceof Error) output.error(error.stack ?? '');
  else output.error('  SITELINK_DEBUG=1 shows where.');
  output.document({ schema: 'sitelink.error/1', exitCode: exitCodes.failed, message });
  return exitCodes.failed;
}

/** The first line of an error and of what caused it. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return typeof error === 'string' ? [error] : [];
  return [error.message.split('\n', 1)[0] ?? '', ...causes(error.cause)];
}

function commands(choose: (act: Act) => void): Command {
  const program = new Command('sitelink')
    .description('Connects a site to Azure over IPsec, proves the tunnel with traffic, and takes it down again.')
    .addOption(
      new Option('--output <format>', 'text for people, or one JSON document on stdout')
        .choices(['text', 'json'])
        .default('text'),
    )
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(text) });
  // `--output` may stand behind the command, where people write it.
  const add = (name: string, description: string) => {
    const command = program.command(name).description(description).exitOverride();
    return command;
  };
  addPrograms(program, choose);
  add('demo', 'everything from nothing to a verified tunnel, on the lab: Temporal, lab, worker and examples/seed.yaml')
    .option('--once', 'also take it down, check that nothing is left, and end (implied without a terminal)')
    .action((options: { once?: true }) =>
      choose(async (surroundings) => {
        const { demo } = await import('./demo/demo.ts');
        return await demo(surroundings, { once: options.once === true || !surroundings.output.live });
      }),
    );
  addFileCommands(add, choose);
  addNameCommands(add, choose);
  for (const command of program.commands) {
    if (['lab', 'worker'].includes(command.name())) continue;
    command.addOption(new Option('--output <format>').choices(['text', 'json']).hideHelp());
    command.on('option:output', (format: string) => void program.setOptionValue('output', format));
  }
  return program;
}

type Add = (name: string, description: string) => Command;

function addPrograms(program: Command, choose: (act: Act) => void): void {
  const run = (name: 'lab' | 'worker', args: readonly string[]) =>
    choose(async (surroundings) => {
      const { runProgram } = await import('./commands/programs.ts');
      return await runProgram(surroundings, name, args);
    });
  // The lab reads its own arguments, and has its own help: it knows nothing of us.
  program
    .command('lab')
    .description('an ARM endpoint and IOS-XE routers on loopback: sitelink lab --state DIR …')
    .argument('[arguments...]')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action((args: string[]) => run('lab', args));
  program
    .command('worker')
    .description('does the work of the workflows until it is ended; its environment is in docs/operating.md')
    .exitOverride()
    .action(() => run('worker', []));
}

function addFileCommands(add: Add, choose: (act: Act) => void): void {
  add('plan', 'what a site file would create, its steps and how long they take')
    .argument('<file>', 'site file')
    .option('--offline', 'from the file alone')
    .action((path: string, options: { offline?: true }) =>
      choose(async ({ env, output }) => {
        if (options.offline !== true) {
          throw new CommandFailed(
            `Plans that ask Azure are not built yet: type \`npx sitelink plan ${path} --offline\`.`,
          );
        }
        const { readFileFor } = await import('./commands/up.ts');
        const { planOffline } = await import('./commands/plan.ts');
        return planOffline(output, await readFileFor(path, env));
      }),
    );
  add('up', 'start or attach, and show progress until connected, degraded or attention; Ctrl-C only detaches')
    .argument('<file>', 'site file')
    .action((path: string) =>
      choose(async (surroundings) => {
        const { readFileFor, up } = await import('./commands/up.ts');
        const file = await readFileFor(path, surroundings.env);
        return await inSession(surroundings, (session) => up(session, file));
      }),
    );
}

async function named(session: Session, name: string): Promise<Target> {
  const { findTarget } = await import('./target.ts');
  return await findTarget(session.temporal, name);
}

function addNameCommands(add: Add, choose: (act: Act) => void): void {
  const onTarget = (name: string, work: (session: Session, target: Target) => Promise<number>) =>
    choose((surroundings) => inSession(surroundings, async (session) => work(session, await named(session, name))));
  add('status', 'phase, steps, questions and evidence')
    .argument('[name]', 'hub, hub/site or site; none: everything that runs')
    .action((name: string | undefined) =>
      choose(async (surroundings) => {
        const { status } = await import('./commands/status.ts');
        return await inSession(surroundings, async (session) =>
          status(session, name === undefined ? null : await named(session, name)),
        );
      }),
    );
  add('watch', 'show progress until it has ended, or Ctrl-C')
    .argument('<name>', 'hub, hub/site or site')
    .action((name: string) =>
      onTarget(name, async (session, target) => (await import('./commands/status.ts')).watch(session, target)),
    );
  add('verify', 'prove the tunnel anew')
    .argument('<name>', 'hub, hub/site or site')
    .action((name: string) =>
      onTarget(name, async (session, target) => (await import('./commands/messages.ts')).verify(session, target)),
    );
  add('resume', 'say yes to what waits for a person')
    .argument('<name>', 'hub, hub/site or site')
    .action((name: string) =>
      onTarget(name, async (session, target) => (await import('./commands/messages.ts')).resume(session, target)),
    );
  add('down', 'take a hub with all its sites down, or one site; from any phase')
    .argument('<name>', 'hub, hub/site or site')
    .option('--detach', 'do not wait for the end')
    .action((name: string, options: { detach?: true }) =>
      onTarget(name, async (session, target) =>
        (await import('./commands/down.ts')).down(session, target, { detach: options.detach === true }),
      ),
    );
}

/** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; the second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

/** A reader that has seen enough, such as `head`, is no failure: the command goes on, unheard. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

ignoreClosedPipes();
const code = await main(process.argv.slice(2), { env: process.env, interrupt: interruption() });
// What is written to a pipe must be out before the end; a connection that still closes must not hold it up.
await new Promise((resolve) => process.stdout.write('', resolve));
await new Promise((resolve) => process.stderr.write('', resolve));
process.exit(code);
