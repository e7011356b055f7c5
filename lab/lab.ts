/** Joins the parts of the lab: the ARM endpoint, the routers, the link between them, and the control endpoint. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arm } from './arm/contract.ts';
import { startArm } from './arm/index.ts';
import { labClock, seededDraw } from './clock.ts';
import type { Control } from './control.ts';
import { serveControl } from './control.ts';
import { parseDevices } from './devices.ts';
import type { Device } from './devices.ts';
import { faultDesk } from './faults.ts';
import type { Faults } from './faults.ts';
import { writeAddresses } from './files.ts';
import { Fleet } from './fleet.ts';
import { modelDataplane } from './link.ts';
import { freePort, isFree, portTaken } from './listen.ts';
import { lockState } from './lock.ts';
import { WrongOption } from './options.ts';
import type { LabOptions } from './options.ts';
import type { Dataplane, LabClock } from './ports.ts';
import { Settings } from './settings.ts';

/** A file named on the command line that cannot be used; the message is the one line to print. */
export class WrongInput extends Error {}

/** Takes one line for people. */
export type Say = (line: string) => void;

export interface Lab {
  /** Ends everything that listens; the state stays for the next start. */
  close(): Promise<void>;
}

/** The port that people know; any other is said. */
const USUAL_ARM_PORT = 8443;

/**
 * Starts the lab on its folder and writes its files there.
 * @throws WrongOption, WrongInput, StateInUse, PortTaken
 */
export async function startLab(options: LabOptions, say: Say): Promise<Lab> {
  const { stateDir } = options;
  const faults = options.faultsFile === null ? null : documentIn(options.faultsFile);
  const devices = options.devicesFile === null ? [] : devicesIn(options.devicesFile);
  makeFolder(stateDir);
  const unlock = lockState(stateDir);
  const ending: (() => unknown)[] = [unlock];
  const end = async (): Promise<void> => {
    while (ending.length > 0) await ending.pop()?.();
  };
  try {
    const settings = new Settings(stateDir, options.randomSeed);
    const clock = labClock(options.speed);
    const desk = faultDesk(seededDraw(settings.randomSeed));
    // Whoever is held goes on when the lab ends, so that it can.
    ending.push(() => desk.close());
    if (faults !== null) setFaults(desk, faults, options.faultsFile ?? '');
    await open({ options, say, settings, clock, desk, devices, ending });
  } catch (error) {
    await end();
    throw error;
  }
  return { close: end };
}

/** @throws WrongInput where a file stands in its place, or in its way. */
function makeFolder(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EEXIST', 'ENOTDIR'].includes(code)) throw error;
    throw new WrongInput(`--state ${stateDir} is no folder.`, { cause: error });
  }
}

interface Parts {
  readonly options: LabOptions;
  readonly say: Say;
  readonly settings: Settings;
  readonly clock: LabClock;
  readonly desk: Faults;
  readonly devices: readonly Device[];
  /** What is to be ended, in the order in which it was begun. */
  readonly ending: (() => unknown)[];
}

async function open(parts: Parts): Promise<void> {
  const { options, settings, clock, desk, ending } = parts;
  const draw = seededDraw(settings.randomSeed);
  const arm = await openArm(parts);
  ending.push(() => arm.close());
  const dataplane = modelDataplane({ cloud: arm.cloud, clock, draw });
  ending.push(() => dataplane.close());
  arm.setDataplane(dataplane);
  const fleet = new Fleet({
    stateDir: options.stateDir,
    cloud: arm.cloud,
    dataplane,
    clock,
    draw,
    faults: desk,
    settings,
    say: parts.say,
  });
  ending.push(() => fleet.close());
  await fleet.start(parts.devices);
  const control = await openControl(parts, arm, dataplane, fleet);
  ending.push(() => control.close());
  announce(parts, arm, control, dataplane);
}

async function openArm({ options, say, settings, clock, desk }: Parts): Promise<Arm> {
  const port = await armPort(options, settings, say);
  try {
    const arm = await startArm({
      stateDir: join(options.stateDir, 'arm'),
      port,
      clock,
      draw: seededDraw(settings.randomSeed),
      rules: options.rules,
      throttle: options.throttle,
      faults: desk,
    });
    settings.setArmPort(port);
    return arm;
  } catch (error) {
    throw portTaken(error, 'ARM endpoint', port);
  }
}

/** The folder's port for good: operation URLs that clients keep hold it. */
async function armPort({ port }: LabOptions, settings: Settings, say: Say): Promise<number> {
  const stored = settings.armPort;
  if (stored !== null) {
    if (port === null || port === 0 || port === stored) return stored;
    throw new WrongOption(
      `--port ${port}: this state has port ${stored}, which operation URLs hold; leave --port out or use another --state.`,
    );
  }
  if (port !== null && port !== 0) return port;
  if (port === null && (await isFree(USUAL_ARM_PORT))) return USUAL_ARM_PORT;
  const taken = await freePort((one) => settings.isRouterPort(one));
  if (port === null) say(`port ${USUAL_ARM_PORT} is taken; this state has port ${taken} from now on`);
  return taken;
}

async function openControl(parts: Parts, arm: Arm, dataplane: Dataplane, fleet: Fleet): Promise<Control> {
  const { settings, desk, options } = parts;
  const port =
    settings.controlPort ?? (await freePort((one) => one === settings.armPort || settings.isRouterPort(one)));
  const routers = () => fleet.inventory();
  const control = await serveControl(
    {
      inventory: () => ({
        speed: options.speed,
        randomSeed: settings.randomSeed,
        rules: options.rules,
        dataplane: dataplane.kind,
        ...arm.inventory(),
        routers: routers(),
        sessions: routers().flatMap(({ hostname, sessions }) => sessions.map((one) => ({ router: hostname, ...one }))),
        link: dataplane.inventory(),
        holds: desk.holds(),
      }),
      requests: () => arm.requests(),
      faults: desk,
      putDevice: (name, body) => fleet.putDevice(name, body),
      deleteDevice: (name) => fleet.deleteDevice(name),
    },
    port,
  );
  settings.setControlPort(control.port);
  return control;
}

function announce({ options, say }: Parts, arm: Arm, control: Control, dataplane: Dataplane): void {
  writeAddresses({
    stateDir: options.stateDir,
    arm: arm.endpoint,
    authority: arm.authority,
    identity: arm.identity,
    identityHeader: arm.identityHeader,
    tenantId: arm.tenantId,
    clientId: arm.clientId,
    caFile: arm.caFile,
    subscriptionId: arm.subscriptionId,
    imageAliases: arm.imageAliases,
    control: control.url,
    dataplane: dataplane.kind,
  });
  say(`Azure Resource Manager  ${arm.endpoint}  (${options.speed} times as fast as Azure)`);
  say(`control endpoint        ${control.url}/_lab/inventory`);
  say(`before a worker         . ${join(options.stateDir, 'env')}`);
  say(`before the Azure CLI    . ${join(options.stateDir, 'az-env')}`);
}

function setFaults(desk: Faults, document: unknown, file: string): void {
  try {
    desk.set(document);
  } catch (error) {
    throw new WrongInput(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

function devicesIn(file: string): readonly Device[] {
  try {
    return parseDevices(documentIn(file));
  } catch (error) {
    if (error instanceof WrongInput) throw error;
    throw new WrongInput(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** A JSON document. */
function documentIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WrongInput(`${file} cannot be read as JSON: ${messageOf(error)}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
