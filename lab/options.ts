/** The command line of the lab. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface LabOptions {
  /** Folder of everything the lab writes; made if it is not there. */
  readonly stateDir: string;
  /**
   * HTTPS port of the ARM endpoint. Null: the stored one, at the first start 8443 or, if that is taken, a free one;
   * 0: the stored one, at the first start a free one.
   */
  readonly port: number | null;
  /** 1 to 1000. */
  readonly speed: number;
  /** Null: the stored one, or a new one at the first start. */
  readonly randomSeed: string | null;
  readonly faultsFile: string | null;
  readonly devicesFile: string | null;
  readonly rules: '2026' | '2021';
  readonly throttle: 'azure' | 'off';
}

/** A wrong command line; the message is the one line to print. */
export class WrongOption extends Error {}

const USAGE =
  'usage: sitelink lab --state DIR [--port P] [--speed N] [--random-seed S] [--faults FILE] [--devices FILE] [--azure-rules 2026|2021] [--throttle azure|off]';

/** What `--help` prints. */
export const HELP = `${USAGE}

An ARM endpoint and IOS-XE routers over SSH on loopback, with the link between them. It prints "lab ready" and runs
until Ctrl-C; started again on the same DIR, it goes on from where it was.

  --state DIR              everything that the lab keeps; made if it is not there
  --port P                 of the ARM endpoint: 8443 or a free one, fixed for DIR once used; 0: a free one
  --speed N                1 to 1000 times as fast as Azure (60)
  --random-seed S          the same seed gives the same durations and faults; drawn once per DIR
  --faults FILE            JSON: faults to inject
  --devices FILE           JSON: routers that exist already
  --azure-rules 2026|2021  what Azure accepts (2026); 2021: non-AZ gateway SKUs and UbuntuLTS
  --throttle azure|off     Azure's limits of requests (azure)

In another shell, \`. DIR/env\` is for a worker or a client, \`. DIR/az-env\` for the Azure CLI, and
\`ssh -F DIR/ssh_config USER@ROUTER\` for its routers. lab/README.md tells the rest.`;

/** Whether the arguments ask for help, wherever it stands. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.some((argument) => ['-h', '--help'].includes(argument));
}

const FLAGS = {
  state: { type: 'string' },
  port: { type: 'string' },
  speed: { type: 'string' },
  'random-seed': { type: 'string' },
  faults: { type: 'string' },
  devices: { type: 'string' },
  'azure-rules': { type: 'string' },
  throttle: { type: 'string' },
} as const;

type Values = Readonly<Partial<Record<keyof typeof FLAGS, string>>>;

/** Reads the arguments after `sitelink lab`; throws `WrongOption` for the first one that is wrong. */
export function parseOptions(args: readonly string[]): LabOptions {
  const values = parse(args);
  if (values.state === undefined || values.state === '')
    throw new WrongOption(`--state is missing: name the folder of the lab's state. ${USAGE}`);
  return {
    stateDir: resolve(values.state),
    port: values.port === undefined ? null : integer('--port', values.port, 0, 65_535),
    speed: decimal('--speed', values.speed ?? '60', 1, 1000),
    randomSeed: values['random-seed'] ?? null,
    faultsFile: values.faults === undefined ? null : resolve(values.faults),
    devicesFile: values.devices === undefined ? null : resolve(values.devices),
    rules: oneOf('--azure-rules', values['azure-rules'] ?? '2026', ['2026', '2021']),
    throttle: oneOf('--throttle', values.throttle ?? 'azure', ['azure', 'off']),
  };
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: false, strict: true }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new WrongOption(`${text}. ${USAGE}`, { cause: error });
  }
}

function integer(flag: string, text: string, least: number, most: number): number {
  const value = decimal(flag, text, least, most);
  if (!Number.isInteger(value)) throw new WrongOption(`${flag} ${text} is not a whole number.`);
  return value;
}

function decimal(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most)
    throw new WrongOption(`${flag} ${text} is not a number from ${least} to ${most}.`);
  return value;
}

function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const value = known.find((one) => one === text);
  if (value === undefined) throw new WrongOption(`${flag} ${text} is none of ${known.join(', ')}.`);
  return value;
}
