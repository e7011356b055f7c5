/** How faults strike requests, and the operations that requests begin. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../ports.ts';
import type { ArmError } from '../errors.ts';
import { keyOf, parseId } from '../ids.ts';
import { errorOf, strikeOperation } from '../resources/operation-faults.ts';
import { textAt } from '../json.ts';
import { deleteResource } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import type { Tokens } from '../identity/tokens.ts';
import { setPower } from '../types/machine-power.ts';
import type { Reply, Request, World } from '../world.ts';

/** The connection is cut without an answer. */
export const dropped = Symbol('dropped');

type Strike = Reply | typeof dropped | null;

export interface Struck {
  /** Null: the request is answered as ever. */
  before(request: Request): Promise<Strike>;
  /** Null: its own reply is sent. */
  after(request: Request): Promise<Strike>;
}

const reply = (error: ArmError): Reply => ({ status: error.status, headers: error.headers, body: error.toBody() });

export class Strikes implements Struck {
  private readonly world: World;
  private readonly tokens: Tokens;
  private readonly closed: () => boolean;
  /** Faults that await the operations of their request. */
  private readonly pending = new WeakMap<Operations, Fault[]>();

  constructor(world: World, tokens: Tokens, closed: () => boolean) {
    this.world = world;
    this.tokens = tokens;
    this.closed = closed;
  }

  before(request: Request): Promise<Strike> {
    return this.strike(request, 'before');
  }

  async after(request: Request): Promise<Strike> {
    const struck = await this.strike(request, 'afterEffect');
    return this.closed() ? dropped : struck;
  }

  private async strike(request: Request, at: 'before' | 'afterEffect'): Promise<Strike> {
    const faults = this.world.faults.arm({ method: request.method, path: request.path, at });
    const late = at === 'before' ? [] : (this.pending.get(request.began) ?? []);
    for (const fault of [...late, ...faults]) this.onOperations(request, fault, at);
    let result: Strike = null;
    for (const fault of faults) result ??= await this.onRequest(request, fault);
    return at === 'before' && result === null && this.closed() ? dropped : result;
  }

  private async onRequest(request: Request, fault: Fault): Promise<Strike> {
    switch (fault.do) {
      case 'delay':
        await sleep(fault.milliseconds ?? 1000);
        return null;
      case 'hold':
        await this.world.faults.hold(fault, `${request.method} ${request.path}`);
        return null;
      case 'drop':
        return dropped;
      case 'status':
        return reply(errorOf(fault));
      case 'expireToken':
        return reply(this.tokens.expired(new Date(Date.now() - 1000)));
      case 'evict':
        this.evict(request.path);
        return null;
      case 'fail':
      case 'cancel':
      case 'slow':
      case 'lose':
      case 'reject':
      case 'busy':
      case 'log':
      case 'reload':
      case 'rename':
      case 'slowEcho':
      case 'split':
        return null;
    }
  }

  /** `fail`, `slow` and `lose` change what the request began; struck before the effect, they wait for it. */
  private onOperations(request: Request, fault: Fault, at: 'before' | 'afterEffect'): void {
    if (!['fail', 'cancel', 'slow', 'lose'].includes(fault.do)) return;
    if (at === 'before') {
      this.pending.set(request.began, [...(this.pending.get(request.began) ?? []), fault]);
      return;
    }
    for (const operation of request.began) strikeOperation(this.world, operation, fault);
    this.world.store.commit();
  }

  /** The VM that the path names, or else every Spot VM; as its eviction policy says. */
  private evict(path: string): void {
    for (const vm of this.evicted(path)) {
      const policy = textAt(vm.body, 'properties.evictionPolicy') ?? 'Deallocate';
      if (policy === 'Delete') deleteResource(this.world, vm.id);
      else setPower(this.world, vm, 'deallocated');
    }
    this.world.store.commit();
  }

  private evicted(path: string): Resource[] {
    const named = parseId(path.split('/').slice(0, 9).join('/'));
    const vms = this.world.store.list('Microsoft.Compute/virtualMachines');
    const found =
      named?.type === 'Microsoft.Compute/virtualMachines'
        ? vms.filter((vm) => keyOf(path).startsWith(keyOf(vm.id)))
        : [];
    return found.length > 0 ? found : vms.filter((vm) => textAt(vm.body, 'properties.priority') === 'Spot');
  }
}

type Operations = Request['began'];
