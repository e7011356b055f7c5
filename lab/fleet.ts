/**
 * The lab's routers: one per router VM of the cloud, one per declared device. They come, boot, go off and are destroyed
 * with their VM; the gate in front of each is open as long as an SSH client would get through.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { WrongDevice, isOrder, parseDevice, parseOrder } from './devices.ts';
import type { Device } from './devices.ts';
import type { SshHost } from './files.ts';
import { writeSshConfig } from './files.ts';
import type { Berth, BerthSurroundings } from './berth.ts';
import { deviceRouter, machineOf, wantsPower } from './machines.ts';
import type { CloudView, CloudVm, Draw } from './ports.ts';
import type { Settings } from './settings.ts';

export interface FleetOptions extends BerthSurroundings {
  readonly stateDir: string;
  readonly cloud: CloudView;
  readonly draw: Draw;
  readonly settings: Settings;
}

/** After a change of the cloud the fleet looks once, not once per change. */
const LOOK_AFTER_MS = 10;

export class Fleet {
  private readonly options: FleetOptions;
  private readonly folder: string;
  /** By VM id in small letters, or device name. */
  private readonly berths = new Map<string, Berth>();
  private vms: ReadonlyMap<string, CloudVm> = new Map();
  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private written = '';
  private stop: () => void = () => undefined;
  private closed = false;

  constructor(options: FleetOptions) {
    this.options = options;
    this.folder = join(options.stateDir, 'routers');
  }

  /** Brings back the routers of the state folder, with the devices of a file in addition; then follows the cloud. */
  async start(devices: readonly Device[]): Promise<void> {
    const { settings, cloud } = this.options;
    for (const device of devices) settings.putDevice(device);
    this.forgetStale();
    await this.inTurn(async () => {
      for (const device of settings.devices) await this.openDevice(device);
      await this.follow();
    });
    this.stop = cloud.onChange(() => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.inTurn(() => this.follow()).catch((error: unknown) => {
          this.options.say(error instanceof Error ? error.message : String(error));
        });
      }, LOOK_AFTER_MS);
    });
  }

  /** Declares a device, or gives an order to any router, by its name, address or host name. */
  putDevice(name: string, body: unknown): Promise<object> {
    return this.inTurn(async () => {
      if (isOrder(body)) return this.order(name, body);
      const device = parseDevice(body, name);
      const before = this.options.settings.devices.find((one) => one.name === name);
      if (JSON.stringify(before) !== JSON.stringify(device)) {
        await this.removeDevice(name);
        this.options.settings.putDevice(device);
        await this.openDevice(device);
        this.writeHosts();
      }
      return this.named(name).summary();
    });
  }

  deleteDevice(name: string): Promise<void> {
    return this.inTurn(async () => {
      if (!this.options.settings.devices.some((one) => one.name === name))
        throw new WrongDevice(`There is no device ${name}.`, 404, 'NoSuchDevice');
      await this.removeDevice(name);
      this.writeHosts();
    });
  }

  inventory() {
    return [...this.berths.values()].map((berth) => berth.inventory());
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stop();
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turn;
    await Promise.all([...this.berths.values()].map((berth) => berth.close()));
  }

  /** One change of the fleet at a time. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(() => {
      if (this.closed) throw new Error('The lab is ending.');
      return work();
    });
    this.turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Makes, switches and destroys routers until they are what the cloud has. */
  private async follow(): Promise<void> {
    const { cloud, clock, draw, settings } = this.options;
    this.vms = new Map(
      cloud
        .vms()
        .filter((vm) => vm.os === 'ios-xe')
        .map((vm) => [vm.id.toLowerCase(), vm]),
    );
    for (const [key, berth] of this.berths) {
      const vm = this.vms.get(key);
      if (berth.vmUuid === null || berth.vmUuid === vm?.vmUuid) continue;
      await berth.destroy();
      this.berths.delete(key);
    }
    for (const [key, vm] of this.vms) {
      let berth = this.berths.get(key);
      if (berth === undefined && !wantsPower(vm)) continue;
      if (berth === undefined) {
        const machine = machineOf(vm, () => this.vms.get(key), cloud);
        berth = await openBerth(machine, this.fileOf(`vm-${vm.vmUuid}`), settings, this.options);
        this.berths.set(key, berth);
      }
      berth.follow(vm, { now: clock.now(), bootMs: clock.scaled(bootLabMs(draw, vm)) });
    }
    for (const berth of this.berths.values()) await berth.settle();
    this.writeHosts();
  }

  private async openDevice(device: Device): Promise<void> {
    const { settings } = this.options;
    const machine = deviceRouter(device);
    const berth = await openBerth(machine, this.fileOf(`device-${device.name}`), settings, this.options);
    this.berths.set(device.name, berth);
    // A device exists already: it does not boot when it is declared.
    berth.power(!settings.isOff(device.name), 0);
    await berth.settle();
  }

  private async removeDevice(name: string): Promise<void> {
    await this.berths.get(name)?.destroy();
    this.berths.delete(name);
    this.options.settings.removeDevice(name);
  }

  private async order(name: string, body: unknown): Promise<object> {
    const { advanceSeconds, power } = parseOrder(body);
    const berth = this.named(name);
    if (power !== undefined) {
      if (berth.vmUuid !== null)
        throw new WrongDevice(`${name} is a VM: Azure has its power, so start or deallocate the VM.`, 409, 'PowerOfVm');
      this.options.settings.setOff(berth.name, power === 'off');
      berth.power(power === 'on', this.options.clock.scaled(DEVICE_BOOT_MS));
    }
    if (advanceSeconds !== undefined) berth.advanceSeconds(advanceSeconds);
    await berth.settle();
    return berth.summary();
  }

  private named(name: string): Berth {
    const wanted = name.toLowerCase();
    const found =
      this.berths.get(name) ??
      this.berths.get(wanted) ??
      [...this.berths.values()].find((berth) => berth.names().some((one) => one.toLowerCase() === wanted));
    if (found !== undefined) return found;
    const known = [...this.berths.values()].map((berth) => berth.name).join(', ');
    throw new WrongDevice(`There is no router ${name}; there is ${known || 'none'}.`, 404, 'NoSuchDevice');
  }

  /** File names hold no secret and no path of ARM. */
  private fileOf(name: string): string {
    const safe = /^[\w.-]{1,80}$/.test(name) ? name : createHash('sha256').update(name).digest('hex');
    return join(this.folder, `${safe}.json`);
  }

  /** A lab that was killed between the end of a VM and that of its router leaves a file behind. */
  private forgetStale(): void {
    if (!existsSync(this.folder)) return;
    const { cloud, settings } = this.options;
    const wanted = new Set([
      ...cloud.vms().map((vm) => this.fileOf(`vm-${vm.vmUuid}`)),
      ...settings.devices.map((device) => this.fileOf(`device-${device.name}`)),
    ]);
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if (!wanted.has(path)) rmSync(path, { force: true, recursive: true });
    }
  }

  private writeHosts(): void {
    const used = new Set<string>();
    const hosts: SshHost[] = [];
    for (const berth of this.berths.values()) {
      // The first router of a name keeps it, as ssh reads the first match.
      const names = berth.names().filter((name) => !used.has(name));
      for (const name of names) used.add(name);
      if (names.length > 0) hosts.push({ names, port: berth.port, user: berth.user });
    }
    const text = JSON.stringify(hosts);
    if (text === this.written) return;
    this.written = text;
    writeSshConfig(this.options.stateDir, hosts);
  }
}

/** From "VM running" to an answer on SSH; a CSR takes minutes. In milliseconds of Azure time. */
const bootLabMs = (draw: Draw, vm: CloudVm): number => 120_000 + draw(`boot/${vm.vmUuid}`) * 120_000;
const DEVICE_BOOT_MS = 120_000;

/** With the first router comes its code: an SSH server is most of what a start of the lab would have to load. */
const openBerth = async (...how: Parameters<typeof Berth.open>): Promise<Berth> => {
  const { Berth: Opened } = await import('./berth.ts');
  return Opened.open(...how);
};
