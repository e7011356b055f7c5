/**
 * Azure's rules of order and state as a model of its own, written from what is known of Azure and not from the lab:
 * who needs what, what may be written when, what may be deleted when, and what a delete still holds. It knows neither
 * bodies nor durations; a client tells it which operations have ended. Where several rules are broken at once, Azure
 * may name any of them, so a verdict is the set of the codes that it could give.
 */

export type Kind = 'vnet' | 'subnet' | 'address' | 'group' | 'gateway' | 'site' | 'connection' | 'nic' | 'machine';

/** One thing that can be written: always under the same name with the same body. Others may share its name. */
export interface Plan {
  readonly name: string;
  readonly kind: Kind;
  /** Names of what it refers to. */
  readonly uses: readonly string[];
  readonly parent?: string;
  /** Of a subnet, or of a site, as `[first, last]`; of a VNet, its space. */
  readonly range?: readonly [number, number];
  /** What is wrong with the body in itself, or against what it refers to whenever that is there. */
  readonly wrong?: string;
  /** A body that is another than the one of the plan of the same name: what a change of it is refused with. */
  readonly fixed?: string;
  readonly zones?: boolean;
  /** Of a connection: the shared key that its body gives. */
  readonly key?: string;
}

interface Thing {
  plan: Plan;
  state: 'Succeeded' | 'Updating' | 'Deleting';
  running: boolean;
  /** A connection's shared key, and the one that it will have in a moment. */
  key?: string | undefined;
  nextKey?: string | undefined;
}

/** A subnet and an address are held for 2 to 10 minutes after the delete of their gateway; a client learns of that a little late. */
const heldSeconds = [110, 600] as const;

export interface Verdict {
  /** Codes of which one must come; empty: it must be accepted. */
  readonly codes: readonly string[];
  /** It may also be accepted: nobody knows for how long Azure still holds it. */
  readonly maybe: boolean;
}

const overlaps = (one: readonly [number, number], other: readonly [number, number]): boolean =>
  one[0] <= other[1] && other[0] <= one[1];

const inUse: Readonly<Partial<Record<Kind, string>>> = {
  subnet: 'InUseSubnetCannotBeDeleted',
  vnet: 'InUseSubnetCannotBeDeleted',
  address: 'PublicIPAddressCannotBeDeleted',
  group: 'InUseNetworkSecurityGroupCannotBeDeleted',
  gateway: 'VirtualNetworkGatewayCannotBeDeleted',
  site: 'LocalNetworkGatewayCannotBeDeleted',
  nic: 'NicInUse',
};

export class AzureModel {
  readonly things = new Map<string, Thing>();
  /** Of the resource group in which all of it stands. */
  groupState: 'there' | 'deleting' | 'gone' = 'there';
  /** When the gateway that used it was gone, in seconds. */
  private readonly freed = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** `Updating` while it is made or changed; undefined: it is not there. */
  stateOf(name: string): string | undefined {
    return this.things.get(name)?.state;
  }

  /** Whether Azure takes this PUT now. */
  judgePut(plan: Plan): Verdict {
    const refused = this.groupRefusal();
    if (refused !== null) return { codes: [refused], maybe: false };
    const codes = new Set<string>();
    const there = this.things.get(plan.name);
    if (plan.parent !== undefined && !this.things.has(plan.parent)) codes.add('ParentResourceNotFound');
    for (const used of plan.uses) {
      const target = this.things.get(used);
      if (target === undefined) codes.add('InvalidResourceReference');
      else if (target.state !== 'Succeeded') codes.add('ReferencedResourceNotProvisioned');
    }
    if (this.isBusy(plan.name, plan)) codes.add(plan.kind === 'machine' ? 'Conflict' : 'AnotherOperationInProgress');
    if (plan.wrong !== undefined) codes.add(plan.wrong);
    if (there !== undefined && there.plan !== plan && plan.fixed !== undefined && this.refusesChange(plan, there)) {
      codes.add(plan.fixed);
    }
    this.judgeSharing(plan, codes);
    return { codes: [...codes], maybe: false };
  }

  /** Only one may have it. */
  private judgeSharing(plan: Plan, codes: Set<string>): void {
    const rivals = (used: string): Thing[] => this.usersOf(used).filter((one) => one.plan.name !== plan.name);
    for (const used of plan.uses) {
      const target = this.things.get(used);
      if (target?.plan.kind === 'address' && rivals(used).length > 0) codes.add('PublicIPAddressInUse');
      if (target?.plan.kind === 'nic' && plan.kind === 'machine' && rivals(used).length > 0) codes.add('NicInUse');
      if (plan.kind !== 'gateway') continue;
      const other = rivals(used).some((one) => one.plan.kind === 'gateway');
      if (target?.plan.kind === 'subnet' && other) codes.add('OnlyOneVpnGatewayAllowedPerVirtualNetwork');
      if (target?.plan.kind === 'address' && target.plan.zones === false) {
        codes.add('VmssVpnGatewayPublicIpsMustHaveZonesConfigured');
      }
    }
    if (plan.kind === 'subnet') this.judgeRange(plan, codes);
  }

  private judgeRange(plan: Plan, codes: Set<string>): void {
    for (const other of this.things.values()) {
      if (other.plan.parent !== plan.parent || other.plan.name === plan.name) continue;
      if (other.plan.range === undefined || plan.range === undefined) continue;
      if (overlaps(plan.range, other.plan.range)) codes.add('NetcfgSubnetRangesOverlap');
    }
  }

  /** A change of prefix is refused while the subnet is in use; zones are fixed for good. */
  private refusesChange(plan: Plan, there: Thing): boolean {
    return plan.kind === 'subnet' ? this.usersOf(plan.name).length > 0 && plan.range !== there.plan.range : true;
  }

  put(plan: Plan): void {
    const there = this.things.get(plan.name);
    // A NIC that no VM has is written at once.
    const atOnce = plan.kind === 'nic' && this.usersOf(plan.name).length === 0;
    const state = atOnce ? 'Succeeded' : 'Updating';
    // The key of a connection that is there already is not changed by a PUT of the connection.
    const key = there === undefined ? plan.key : there.key;
    this.things.set(plan.name, { plan, state, running: there?.running ?? false, key });
  }

  /** Whether Azure takes another shared key of this connection now. */
  judgeKey(plan: Plan): Verdict {
    const refused = this.groupRefusal();
    if (refused !== null) return { codes: [refused], maybe: false };
    if (!this.things.has(plan.name)) return { codes: ['ResourceNotFound'], maybe: false };
    return { codes: this.isBusy(plan.name, plan) ? ['AnotherOperationInProgress'] : [], maybe: false };
  }

  setKey(name: string, key: string): void {
    const thing = this.things.get(name);
    if (thing !== undefined) Object.assign(thing, { state: 'Updating', nextKey: key });
  }

  /** The group with everything in it; what is under way in it ends first, in an order of its own. */
  deleteGroup(): void {
    this.groupState = 'deleting';
  }

  groupGone(): void {
    this.groupState = 'gone';
    this.things.clear();
    this.freed.clear();
  }

  /** What every write in the group is refused with; null: none for the group's sake. */
  private groupRefusal(): string | null {
    if (this.groupState === 'there') return null;
    return this.groupState === 'deleting' ? 'ResourceGroupBeingDeleted' : 'ResourceGroupNotFound';
  }

  /** Whether Azure takes this DELETE now; null: nothing is there, which is no error. */
  judgeDelete(name: string): Verdict | null {
    if (this.groupState === 'gone') return { codes: ['ResourceGroupNotFound'], maybe: false };
    const thing = this.things.get(name);
    if (thing === undefined) return null;
    const codes = new Set<string>();
    // Whoever asks again while it is being deleted gets the same operation.
    if (thing.state === 'Deleting' && !this.isParentDeleting(thing)) return { codes: [], maybe: false };
    if (this.isBusy(name, thing.plan)) {
      codes.add(thing.plan.kind === 'machine' ? 'Conflict' : 'AnotherOperationInProgress');
    }
    const whole = [name, ...this.childrenOf(name).map((child) => child.plan.name)];
    const code = inUse[thing.plan.kind];
    if (code !== undefined && whole.some((one) => this.usersOf(one).length > 0)) codes.add(code);
    const since = Math.min(...whole.map((one) => this.now() - (this.freed.get(one) ?? -Infinity)));
    if (code === undefined || since > heldSeconds[1]) return { codes: [...codes], maybe: false };
    return { codes: [...codes, code], maybe: codes.size === 0 && since >= heldSeconds[0] };
  }

  delete(name: string): void {
    const thing = this.things.get(name);
    if (thing === undefined) return;
    thing.state = 'Deleting';
    for (const child of this.childrenOf(name)) child.state = 'Deleting';
  }

  /** An operation on it has ended well. */
  ended(name: string): void {
    const thing = this.things.get(name);
    if (thing === undefined) return;
    if (thing.state !== 'Deleting') {
      thing.state = 'Succeeded';
      thing.key = thing.nextKey ?? thing.key;
      thing.nextKey = undefined;
      if (thing.plan.kind === 'machine') thing.running = true;
      return;
    }
    for (const child of this.childrenOf(name)) this.forget(child.plan.name);
    this.forget(name);
    if (thing.plan.kind === 'gateway') for (const used of thing.plan.uses) this.freed.set(used, this.now());
  }

  private forget(name: string): void {
    this.things.delete(name);
    this.freed.delete(name);
  }

  /** Effective routes are read of a NIC that belongs to a running VM. */
  hasRoutes(nic: string): boolean {
    return this.usersOf(nic).some((one) => one.plan.kind === 'machine' && one.running);
  }

  private usersOf(name: string): Thing[] {
    return [...this.things.values()].filter((one) => one.plan.uses.includes(name));
  }

  private childrenOf(name: string): Thing[] {
    return [...this.things.values()].filter((one) => one.plan.parent === name);
  }

  private isParentDeleting(thing: Thing): boolean {
    return thing.plan.parent !== undefined && this.stateOf(thing.plan.parent) === 'Deleting';
  }

  /** One write at a time: of the thing itself, of all of a VNet, of a gateway and its connections. */
  private isBusy(name: string, plan: Plan): boolean {
    const mine = this.scopesOf(name, plan);
    return [...this.things].some(
      ([other, thing]) =>
        thing.state !== 'Succeeded' && this.scopesOf(other, thing.plan).some((scope) => mine.includes(scope)),
    );
  }

  private scopesOf(name: string, plan: Plan): string[] {
    if (plan.kind === 'subnet') return [name, plan.parent ?? name];
    if (plan.kind === 'connection') return [name, ...plan.uses.filter((used) => this.kindOf(used) === 'gateway')];
    return [name];
  }

  private kindOf(name: string): Kind | undefined {
    return this.things.get(name)?.plan.kind;
  }
}
