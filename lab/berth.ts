/** One router with its place in the lab: its files, its port, its gate, and its end of the link. */
import { Gate } from './gate.ts';
import { freePort } from './listen.ts';
import type { MachinePlan } from './machines.ts';
import { wantsPower } from './machines.ts';
import type { CloudVm, Dataplane, FaultDesk, LabClock } from './ports.ts';
import { createRouter } from './router/index.ts';
import type { Router } from './router/types.ts';
import type { Settings } from './settings.ts';

export interface BerthSurroundings {
  readonly dataplane: Dataplane;
  readonly clock: LabClock;
  readonly faults: FaultDesk;
  /** Takes one line for people. */
  readonly say: (line: string) => void;
}

export class Berth {
  readonly name: string;
  /** Null for a device. */
  readonly vmUuid: string | null;
  private readonly plan: MachinePlan;
  private readonly router: Router;
  private readonly gate: Gate;
  private readonly around: BerthSurroundings;
  private readonly unsubscribe: () => void;
  private bootedAt: number | null = null;

  /** Makes the router, or brings it back from its file; its way in is shut until `settle`. */
  static async open(
    plan: MachinePlan,
    stateFile: string,
    settings: Settings,
    around: BerthSurroundings,
  ): Promise<Berth> {
    const { clock, faults } = around;
    const router = await createRouter({ ...plan.router, stateFile, port: 0, clock, faults });
    const port = settings.routerPort(plan.router.key) ?? (await freePort((one) => isTaken(settings, one)));
    settings.setRouterPort(plan.router.key, port);
    return new Berth(plan, router, port, around);
  }

  private constructor(plan: MachinePlan, router: Router, port: number, around: BerthSurroundings) {
    this.name = plan.name;
    this.vmUuid = plan.vmUuid;
    this.plan = plan;
    this.router = router;
    this.around = around;
    this.gate = new Gate(port, () => router.port);
    router.setLink(around.dataplane.attach(router));
    this.unsubscribe = router.onChange(() => {
      around.dataplane.routerChanged(router.key);
      this.settle().catch((error: unknown) => {
        around.say(error instanceof Error ? error.message : String(error));
      });
    });
  }

  /** The first user it was made with. */
  get user(): string {
    return this.plan.router.users[0]?.name ?? 'admin';
  }

  get port(): number {
    return this.gate.port;
  }

  names(): readonly string[] {
    return this.plan.names();
  }

  /** Opens or shuts the way in, as power, boot and security groups have it. */
  settle(): Promise<void> {
    return this.gate.set(this.router.running && this.plan.admits());
  }

  /** Switches with the VM; `bootMs` of wall-clock time are counted from its power-on. */
  follow(vm: CloudVm, boot: { now: number; bootMs: number }): void {
    const { bootedAt } = vm;
    // A restart within one look of ours: off, and on again.
    if (this.bootedAt !== null && bootedAt !== null && bootedAt !== this.bootedAt) this.router.power(false);
    this.bootedAt = bootedAt;
    this.router.power(wantsPower(vm), Math.max(0, (bootedAt ?? boot.now) + boot.bootMs - boot.now));
  }

  power(on: boolean, bootMs: number): void {
    this.router.power(on, bootMs);
  }

  advanceSeconds(seconds: number): void {
    this.router.advanceSeconds(seconds);
    this.around.dataplane.routerChanged(this.router.key);
  }

  /** What the control endpoint shows of it, secrets aside. */
  summary() {
    const { router } = this;
    return {
      name: this.name,
      hostname: router.hostname,
      names: this.names(),
      host: '127.0.0.1',
      port: this.port,
      hostKey: router.hostKeyFingerprint,
      hostPublicKey: router.hostPublicKey,
      running: router.running,
      clock: new Date(router.now()).toISOString(),
    };
  }

  inventory() {
    return {
      ...this.router.inventory(),
      ...this.summary(),
      publicAddress: this.router.publicAddress,
      open: this.gate.isOpen,
    };
  }

  /** The machine is gone, with its files and its host key; its port is kept for one that is made anew. */
  async destroy(): Promise<void> {
    await this.leave();
    await this.router.destroy();
  }

  /** The lab ends, the machine stays. */
  async close(): Promise<void> {
    await this.leave();
    await this.router.close();
  }

  private async leave(): Promise<void> {
    this.unsubscribe();
    await this.gate.close();
    this.around.dataplane.detach(this.router.key);
  }
}

const isTaken = (settings: Settings, port: number): boolean =>
  settings.isRouterPort(port) || port === settings.armPort || port === settings.controlPort;
