/** What a lab keeps for its folder besides Azure's and the routers' own state: ports, the seed, declared devices. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Device } from './devices.ts';
import { readIfThere, writeAtomic } from './state-dir.ts';

interface Stored {
  randomSeed: string;
  armPort: number | null;
  controlPort: number | null;
  /** SSH port by router key, in small letters. */
  routerPorts: Record<string, number>;
  devices: Device[];
  /** Names of declared devices that are switched off. */
  off: string[];
}

/** Settings of one state folder; each change is on disk when the setter returns. */
export class Settings {
  private readonly path: string;
  private readonly stored: Stored;

  /** Reads `settings.json` of the folder, or begins anew; `randomSeed` replaces the stored seed. */
  constructor(stateDir: string, randomSeed: string | null) {
    this.path = join(stateDir, 'settings.json');
    const text = readIfThere(this.path);
    this.stored = (text === null ? null : this.parse(text)) ?? {
      randomSeed: randomBytes(8).toString('hex'),
      armPort: null,
      controlPort: null,
      routerPorts: {},
      devices: [],
      off: [],
    };
    if (randomSeed !== null) this.stored.randomSeed = randomSeed;
    this.save();
  }

  get randomSeed(): string {
    return this.stored.randomSeed;
  }

  get armPort(): number | null {
    return this.stored.armPort;
  }

  get controlPort(): number | null {
    return this.stored.controlPort;
  }

  get devices(): readonly Device[] {
    return this.stored.devices;
  }

  setArmPort(port: number): void {
    this.stored.armPort = port;
    this.save();
  }

  setControlPort(port: number): void {
    this.stored.controlPort = port;
    this.save();
  }

  routerPort(key: string): number | null {
    const ports = this.stored.routerPorts;
    // A device may be called `constructor`, too.
    return Object.hasOwn(ports, key.toLowerCase()) ? (ports[key.toLowerCase()] ?? null) : null;
  }

  isRouterPort(port: number): boolean {
    return Object.values(this.stored.routerPorts).includes(port);
  }

  setRouterPort(key: string, port: number): void {
    this.stored.routerPorts = { ...this.stored.routerPorts, [key.toLowerCase()]: port };
    this.save();
  }

  putDevice(device: Device): void {
    this.stored.devices = [...this.stored.devices.filter((one) => one.name !== device.name), device];
    this.save();
  }

  removeDevice(name: string): void {
    this.stored.devices = this.stored.devices.filter((one) => one.name !== name);
    this.setOff(name, false);
  }

  isOff(name: string): boolean {
    return this.stored.off.includes(name);
  }

  setOff(name: string, off: boolean): void {
    this.stored.off = [...this.stored.off.filter((one) => one !== name), ...(off ? [name] : [])];
    this.save();
  }

  private parse(text: string): Stored {
    try {
      return JSON.parse(text) as Stored;
    } catch (error) {
      throw new Error(`${this.path} is damaged; remove the folder to begin anew.`, { cause: error });
    }
  }

  private save(): void {
    writeAtomic(this.path, `${JSON.stringify(this.stored, null, 2)}\n`);
  }
}
