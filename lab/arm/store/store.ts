import type { ProvisioningState } from '../../ports.ts';
import { type ResourceTypeName, keyOf, parentId, parseId } from '../ids.ts';
import { Journal, type JournalRecord } from './journal.ts';
import type { JsonObject } from '../json.ts';

export interface Resource {
  /** Canonical, names as created. */
  readonly id: string;
  readonly type: ResourceTypeName;
  readonly name: string;
  /** Which creation of this id it is, from 1. */
  readonly generation: number;
  state: ProvisioningState;
  /** What a GET shows, but id, name, type, etag, provisioningState and what is worked out. */
  body: JsonObject;
  /** What no GET shows: keys, epochs, power, holds. */
  hidden: JsonObject;
  /** Raised by each change; the etag is made from it. */
  revision: number;
}

/** `from` uses `target`; `via` is the id that Azure shows at the target, often an ipConfiguration of `from`. */
export interface Link {
  readonly from: string;
  readonly target: string;
  readonly via: string;
}

export type LinkFinder = (resource: Resource) => readonly { target: string; via: string }[];

/** Stands for every resource there is, or may be. */
export const anything = '*';

/** Told of the keys of all resources that a commit has made, changed or removed. */
export type ChangeListener = (changed: ReadonlySet<string>) => void;

type Index = Map<string, Set<string>>;

function add(index: Index, key: string, member: string): void {
  const members = index.get(key);
  if (members === undefined) index.set(key, new Set([member]));
  else members.add(member);
}

function drop(index: Index, key: string, member: string): void {
  const members = index.get(key);
  members?.delete(member);
  if (members?.size === 0) index.delete(key);
}

/** All resources by lower-cased id, with indices by type, group, parent and reference; every commit is journalled. */
export class Store {
  private readonly resources = new Map<string, Resource>();
  private readonly byType: Index = new Map();
  private readonly byGroup: Index = new Map();
  private readonly byParent: Index = new Map();
  private readonly links = new Map<string, Link[]>();
  private readonly linksTo = new Map<string, Map<string, Link[]>>();
  private readonly counters = new Map<string, number>();
  private readonly operations = new Map<string, JsonObject>();
  private readonly journal: Journal;
  private readonly findLinks: LinkFinder;
  private dirty = new Map<string, JournalRecord>();
  private readonly listeners = new Set<ChangeListener>();
  private reading: Set<string> | null = null;

  constructor(folder: string, findLinks: LinkFinder) {
    this.journal = new Journal(folder);
    this.findLinks = findLinks;
    for (const record of this.journal.load()) this.apply(record);
  }

  /** At an orderly end: what the next start would read twice is put together now, when nobody waits for it. */
  close(): void {
    if (this.journal.isLong) this.journal.fold(this.everything());
  }

  get(id: string): Resource | undefined {
    const key = keyOf(id);
    this.reading?.add(key);
    return this.resources.get(key);
  }

  /** What `work` gives, and the keys of all that it has asked `get` for, found or not; `anything` if it searched. */
  traced<T>(work: () => T): { readonly value: T; readonly read: ReadonlySet<string> } {
    const read = new Set<string>();
    this.reading = read;
    try {
      return { value: work(), read };
    } finally {
      this.reading = null;
    }
  }

  /** Resources of a type, in a group (`/subscriptions/…/resourceGroups/…`) or everywhere. */
  list(type: ResourceTypeName, group?: string): Resource[] {
    const keys = this.byType.get(type) ?? new Set<string>();
    if (group === undefined) return this.pick(keys);
    const inGroup = this.byGroup.get(keyOf(group)) ?? new Set<string>();
    const [few, many] = keys.size < inGroup.size ? [keys, inGroup] : [inGroup, keys];
    return this.pick([...few].filter((key) => many.has(key)));
  }

  inGroup(group: string): Resource[] {
    return this.pick(this.byGroup.get(keyOf(group)) ?? []);
  }

  all(): Iterable<Resource> {
    this.reading?.add(anything);
    return this.resources.values();
  }

  children(parent: string): Resource[] {
    return this.pick(this.byParent.get(keyOf(parent)) ?? []);
  }

  /** Who uses this resource. */
  usersOf(id: string): Link[] {
    this.reading?.add(anything);
    return [...(this.linksTo.get(keyOf(id))?.values() ?? [])].flat();
  }

  linksFrom(id: string): readonly Link[] {
    return this.links.get(keyOf(id)) ?? [];
  }

  /** Creates or replaces; call it after any change of a resource's members too. */
  save(resource: Resource): void {
    resource.revision += 1;
    this.index(resource);
    this.mark('resource', keyOf(resource.id), resource as unknown as JsonObject);
  }

  remove(id: string): void {
    this.unindex(keyOf(id));
    this.mark('resource', keyOf(id), null);
  }

  /** How often this was called for the key, this time included; survives restarts. */
  count(key: string): number {
    const next = (this.counters.get(key) ?? 0) + 1;
    this.counters.set(key, next);
    this.mark('counter', key, { value: next });
    return next;
  }

  /** How often `count` was called for the key. */
  peek(key: string): number {
    return this.counters.get(key) ?? 0;
  }

  /** Sets what `peek` answers for the key; for figures that are no counts. */
  keep(key: string, value: number): void {
    this.counters.set(key, value);
    this.mark('counter', key, { value });
  }

  saveOperation(id: string, operation: JsonObject | null): void {
    if (operation === null) this.operations.delete(id);
    else this.operations.set(id, operation);
    this.mark('operation', id, operation);
  }

  savedOperations(): JsonObject[] {
    return [...this.operations.values()];
  }

  /** Writes what changed since the last commit as one transaction, and tells the listeners. */
  commit(): void {
    if (this.dirty.size === 0) return;
    const records = [...this.dirty.values()];
    // What cannot be written now goes with the next commit.
    this.journal.append(records);
    this.dirty = new Map();
    if (this.journal.wantsFolding) this.journal.fold(this.everything());
    const changed = new Set(records.filter(({ table }) => table === 'resource').map(({ key }) => key));
    if (changed.size > 0) for (const listener of this.listeners) listener(changed);
  }

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private mark(table: JournalRecord['table'], key: string, value: JsonObject | null): void {
    this.dirty.set(`${table} ${key}`, { table, key, value });
  }

  private pick(keys: Iterable<string>): Resource[] {
    this.reading?.add(anything);
    return [...keys].map((key) => this.resources.get(key)).filter((found) => found !== undefined);
  }

  private index(resource: Resource): void {
    const key = keyOf(resource.id);
    this.unlink(key);
    this.resources.set(key, resource);
    add(this.byType, resource.type, key);
    const parsed = parseId(resource.id);
    if (parsed !== null && parsed.type !== 'Microsoft.Resources/resourceGroups') {
      add(this.byGroup, keyOf(`/subscriptions/${parsed.subscription}/resourceGroups/${parsed.group}`), key);
      if (parsed.names.length > 1) add(this.byParent, keyOf(parentId(resource.id)), key);
    }
    const links = this.findLinks(resource).map((link) => ({ ...link, from: resource.id }));
    this.links.set(key, links);
    for (const link of links) {
      const target = keyOf(link.target);
      const sources = this.linksTo.get(target) ?? new Map<string, Link[]>();
      sources.set(key, [...(sources.get(key) ?? []), link]);
      this.linksTo.set(target, sources);
    }
  }

  private unindex(key: string): void {
    const resource = this.resources.get(key);
    if (resource === undefined) return;
    this.resources.delete(key);
    drop(this.byType, resource.type, key);
    const group = key.split('/').slice(0, 5).join('/');
    drop(this.byGroup, group, key);
    drop(this.byParent, parentId(key), key);
    this.unlink(key);
  }

  private unlink(key: string): void {
    for (const link of this.links.get(key) ?? []) this.linksTo.get(keyOf(link.target))?.delete(key);
    this.links.delete(key);
  }

  private apply(record: JournalRecord): void {
    if (record.table === 'counter') this.counters.set(record.key, Number(record.value?.['value'] ?? 0));
    else if (record.table === 'operation') {
      if (record.value === null) this.operations.delete(record.key);
      else this.operations.set(record.key, record.value);
    } else if (record.value === null) this.unindex(record.key);
    else this.index(record.value as unknown as Resource);
  }

  private everything(): JournalRecord[] {
    const rows: JournalRecord[] = [];
    for (const [key, value] of this.resources)
      rows.push({ table: 'resource', key, value: value as unknown as JsonObject });
    for (const [key, value] of this.operations) rows.push({ table: 'operation', key, value });
    for (const [key, value] of this.counters) rows.push({ table: 'counter', key, value: { value } });
    return rows;
  }
}
