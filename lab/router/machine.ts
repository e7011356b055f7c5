import type { RouterInterface, RouterLink, RouterRoute } from '../ports.ts';
import { completedConfig, freshConfig } from './configuration/boot.ts';
import { ofKind, valueOf } from './configuration/node.ts';
import { Configuration } from './configuration/configure.ts';
import type { Surroundings } from './configuration/configure.ts';
import { logDate } from './dates.ts';
import { USUAL_LICENCE, allowsIpsec, licenceIn } from './licence.ts';
import type { Release } from './release.ts';
import { releaseOf } from './release.ts';
import { renderConfig } from './configuration/render.ts';
import { RouterClock } from './router-clock.ts';
import type { Seat } from './line/seat.ts';
import type { StoredState } from './stored-state.ts';
import { writeState } from './stored-state.ts';
import type { RouterOptions } from './types.ts';
import type { Dhcp } from './views.ts';
import { asksForWeak } from './configuration/weak-cryptography.ts';
import { addressLines, interfacesOf, routesOf } from './views.ts';

/** How long a reload takes, by the router's clock. */
const RELOAD_MS = 60_000;
/** How many minutes before a planned reload the terminals are warned. */
const WARNINGS = [60, 30, 5, 1];
/** A warning whose time was over when the reload was planned is not given. */
const WARNING_LATE_MS = 1000;
/** Lines that `show logging` remembers. */
const LOG_LINES = 200;

/** The machine behind the command line: power, configurations, files, clock, log. Every change is stored at once. */
export class Machine {
  readonly options: RouterOptions;
  readonly release: Release;
  readonly clock: RouterClock;
  readonly state: StoredState;
  readonly config = new Configuration();
  readonly seats = new Set<Seat>();
  /** What debugging is on, by its name. */
  readonly debugs = new Set<string>();
  /** Who has locked the configuration (`configure terminal lock`, `configuration mode exclusive`). */
  lock: Seat | null = null;
  link: RouterLink | null = null;
  private readonly listeners = new Set<() => void>();
  private closed = false;

  constructor(options: RouterOptions, state: StoredState) {
    this.options = options;
    this.state = state;
    this.release = releaseOf(options.release);
    this.clock = new RouterClock(options.clock, state.offsetMs);
    state.startup ??= this.firstStartup();
  }

  get hostname(): string {
    return valueOf(this.config.root, 'hostname', 'name') ?? 'Router';
  }

  get running(): boolean {
    return this.state.powered && this.state.readyAt === null;
  }

  get dhcp(): Dhcp {
    return this.options.gigabitEthernet1;
  }

  /** Whether IPsec may be configured: the licence level in force is what counts, not the configured one. */
  get licensed(): boolean {
    return !this.release.needsLicence || allowsIpsec(this.state.licence);
  }

  around(): Omit<Surroundings, 'loading'> {
    const { release, dhcp, licensed, state } = this;
    return { release: release.number, dhcp, licensed, weakAllowed: state.weakAllowed };
  }

  now(): number {
    return this.clock.now();
  }

  /** `all`: with the defaults that are not shown otherwise. */
  runningConfig(all = false): string {
    return renderConfig(this.config.root, this.release.short, this.udi, all);
  }

  interfaces(): RouterInterface[] {
    return this.running ? interfacesOf(this.config.root, this.dhcp) : [];
  }

  /** `license udi …`, as the running configuration of IOS-XE has it. */
  private get udi(): string {
    const { model, number } = this.release;
    return number[0] < 16 ? '' : `license udi pid ${model} sn ${this.state.serial}`;
  }

  /** Configured and connected routes. */
  fixedRoutes(): RouterRoute[] {
    return this.running ? routesOf(this.config.root, this.dhcp) : [];
  }

  /** Those and the ones of BGP, of which a fixed one for the same prefix wins by its distance. */
  routes(): RouterRoute[] {
    const fixed = this.fixedRoutes();
    const learned = (this.link?.bgpPeers() ?? []).flatMap(({ neighbor, prefixes }) =>
      prefixes
        .filter(({ prefix, best }) => best && !fixed.some((route) => route.prefix === prefix))
        .map(({ prefix }): RouterRoute => ({ prefix, source: 'B', nextHop: neighbor, interface: null })),
    );
    return [...fixed, ...learned];
  }

  /** Line protocol: a protected tunnel's follows the SA, others follow `shutdown`. */
  lineUp(name: string): boolean {
    const found = this.interfaces().find((one) => one.name === name);
    if (found?.adminUp !== true) return false;
    if (found.kind !== 'tunnel') return true;
    const node = ofKind(this.config.root, 'interface').find(({ args }) => args['name'] === name);
    if (!node) return false;
    if (ofKind(node, 'tunnel protection ipsec profile').length > 0) return this.link?.lineUp(name) ?? false;
    return ofKind(node, 'tunnel source').length > 0 && ofKind(node, 'tunnel destination').length > 0;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Stores everything and tells those who listen. */
  changed(): void {
    if (this.closed) return;
    this.store();
    for (const listener of this.listeners) listener();
  }

  /** After a line of configuration. */
  configured(by: string): void {
    this.state.lastChange = { at: this.now(), by };
    this.changed();
  }

  /** Puts another configuration in place of the running one; lines it does not understand are returned. */
  replaceConfig(text: string, by: string): string[] {
    const unknown = this.config.load(text, this.around());
    this.configured(by);
    return unknown;
  }

  /** Adds a configuration to the running one; lines it does not understand are returned. */
  mergeConfig(text: string, by: string): string[] {
    const unknown = this.config.merge(text, this.around());
    this.configured(by);
    return unknown;
  }

  /** Puts a stored text in place of the startup configuration. */
  restoreStartup(text: string, by: string): void {
    const config = new Configuration();
    config.load(text, this.around());
    this.state.startup = renderConfig(config.root, this.release.short, this.udi);
    this.state.nvramChange = { at: this.now(), by };
    this.changed();
  }

  eraseStartup(): void {
    this.state.startup = null;
    this.changed();
  }

  /** Saves the running configuration as the startup configuration. */
  save(by: string): void {
    this.state.startup = this.runningConfig();
    this.state.nvramChange = { at: this.now(), by };
    this.changed();
  }

  /** Another host name, as somebody else gives it meanwhile. */
  rename(hostname: string): void {
    this.mergeConfig(`hostname ${hostname}`, 'console');
  }

  /** A line of the log, such as `%SYS-5-CONFIG_I: Configured from …`; returned with its date. */
  log(message: string): string {
    const line = `${logDate(this.now())}: ${message}`;
    this.state.log = [...this.state.log, line].slice(-LOG_LINES);
    for (const seat of this.seats) if (seat.monitors) seat.interject(`\n${line}\n`);
    return line;
  }

  /** After the lab's process has started: goes on where the machine was. */
  resume(): void {
    const { state } = this;
    if (!state.powered) return;
    this.config.load(state.running, this.around());
    if (state.readyAt !== null) this.bootAt(state.readyAt);
    if (state.reloadAt !== null) this.clock.schedule(state.reloadAt, () => this.fallDue());
  }

  power(on: boolean, bootMilliseconds: number): void {
    if (on === this.state.powered) return;
    this.state.powered = on;
    this.stop();
    if (on) {
      this.state.reloadReason = 'PowerOn';
      this.bootAt(this.now() + bootMilliseconds);
    }
    this.changed();
  }

  /** Boots anew with the startup configuration; the running one is gone. */
  reload(reason: string): void {
    this.state.reloadReason = reason;
    this.stop();
    this.bootAt(this.now() + RELOAD_MS);
    this.changed();
  }

  /** Plans a reload, or takes the plan back. */
  planReload(at: number | null): void {
    this.state.reloadAt = at;
    if (at !== null) {
      this.clock.schedule(at, () => this.fallDue());
      for (const minutes of WARNINGS) this.clock.schedule(at - minutes * 60_000, () => this.warnOfReload(at, minutes));
    }
    this.changed();
  }

  /** Every terminal is told, whatever it shows at the moment. */
  private warnOfReload(at: number, minutes: number): void {
    if (this.state.reloadAt !== at || at - minutes * 60_000 < this.now() - WARNING_LATE_MS) return;
    const left = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`;
    for (const seat of this.seats) seat.interject(`\n\n\n\u0007***\n*** --- SHUTDOWN in ${left} ---\n***\n`);
  }

  close(): void {
    this.store();
    this.closed = true;
    this.clock.close();
    for (const seat of this.seats) seat.kick();
  }

  store(): void {
    if (this.closed) return;
    this.state.running = this.state.powered ? this.runningConfig() : '';
    this.state.offsetMs = this.clock.offsetMs;
    writeState(this.options.stateFile, this.state);
  }

  private fallDue(): void {
    const { reloadAt } = this.state;
    if (reloadAt !== null && reloadAt <= this.now()) this.reload('Reload Command');
  }

  private stop(): void {
    for (const seat of this.seats) seat.kick();
    this.lock = null;
    this.state.revert = null;
    this.state.reloadAt = null;
    this.state.readyAt = null;
    this.state.log = [];
    this.config.load('', this.around());
  }

  private bootAt(at: number): void {
    this.state.readyAt = at;
    if (at <= this.now()) this.booted();
    else this.clock.schedule(at, () => this.booted());
  }

  private booted(): void {
    const { readyAt, powered } = this.state;
    // A plan of an earlier boot that power has since cut short.
    if (!powered || readyAt === null || readyAt > this.now()) return;
    this.state.licence = licenceIn(this.state.startup ?? '');
    this.state.weakAllowed = asksForWeak(this.state.startup ?? '');
    this.config.load(this.state.startup ?? '', this.around());
    this.state.nvramAddresses = addressLines(this.config.root);
    this.state.readyAt = null;
    this.state.bootedAt = this.now();
    this.log('%SYS-5-RESTART: System restarted --');
    this.changed();
  }

  private firstStartup(): string {
    const { startupConfig, users, hostname, enableSecret, vmId } = this.options;
    const given = completedConfig(startupConfig ?? freshConfig(hostname, users), users, enableSecret);
    // A declared device has been in use for long: it has its licence. A fresh VM has not.
    const inUse = vmId === null && this.release.needsLicence && licenceIn(given) === null;
    const text = inUse ? `${USUAL_LICENCE}\n${given}` : given;
    const config = new Configuration();
    config.load(text, {
      ...this.around(),
      licensed: !this.release.needsLicence || allowsIpsec(licenceIn(text)),
      weakAllowed: asksForWeak(text),
    });
    return renderConfig(config.root, this.release.short, this.udi);
  }
}
