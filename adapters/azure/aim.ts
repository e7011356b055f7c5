/**
 * What a resource shall be, as data: every kind of resource has one file that makes its aim, and one flow
 * (observe, compare, ensure, read back) serves all of them, whether the resource is new, ours or adopted.
 */
import { isOwned, lastName, ownershipTags } from '../../domain/names.ts';
import type { Pace } from '../../domain/poll-schedule.ts';
import { tagsOf, textAt, type Body } from './json.ts';

/** What all requests have in common. `owner.site` is null for what belongs to the hub itself. */
export interface Wanted {
  /** Full ARM id. */
  readonly id: string;
  readonly location: string;
  readonly owner: { readonly hub: string; readonly site: string | null };
  /** Accept an existing resource that does not carry our tags. */
  readonly adopt: boolean;
}

/** One way in which an existing resource is not what is wanted. */
export interface Difference {
  /** `sku is VpnGw2AZ, wanted VpnGw1AZ`. */
  readonly what: string;
  /** `put`: a PUT mends it. `replace`: only deletion and a new one does. `refuse`: a person has to decide. */
  readonly mend: 'put' | 'replace' | 'refuse';
}

export interface Aim {
  /** For people: `VPN gateway VnetGw`. */
  readonly what: string;
  readonly id: string;
  readonly apiVersion: string;
  readonly adopt: boolean;
  readonly pace: Pace;
  /** A VPN gateway or connection that ended as Failed is often mended by the same PUT (azure.md, 1.4). */
  readonly repair: boolean;
  /** True if the existing resource is ours; null where it has no tags of its own and its parent decides. */
  owned(existing: unknown): boolean | null;
  differences(existing: unknown): readonly Difference[];
  /** The body of the PUT; `existing` is null for a new resource. May hold a secret: never shown. */
  body(existing: unknown): Body;
}

export interface AimFacts {
  readonly kind: string;
  readonly apiVersion: string;
  readonly pace: Pace;
  readonly repair?: boolean;
  differences(existing: unknown): readonly Difference[];
  body(existing: unknown): Body;
}

/** An aim whose body carries location and ownership tags; an existing resource must be in the wanted location. */
export function aimOf(wanted: Wanted, installation: string, facts: AimFacts): Aim {
  const tags = ownershipTags(installation, wanted.owner);
  return {
    what: `${facts.kind} ${lastName(wanted.id)}`,
    id: wanted.id,
    apiVersion: facts.apiVersion,
    adopt: wanted.adopt,
    pace: facts.pace,
    repair: facts.repair ?? false,
    owned: (existing) => isOwned(tagsOf(existing), installation, wanted.owner),
    differences: (existing) => [
      ...differs('location', plainLocation(textAt(existing, 'location')), plainLocation(wanted.location), 'refuse'),
      ...facts.differences(existing),
    ],
    body: (existing) => ({
      location: wanted.location,
      tags: { ...tagsOf(existing), ...tags },
      ...facts.body(existing),
    }),
  };
}

/** Azure writes both `Japan East` and `japaneast`. */
function plainLocation(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

/** None if both are equal; ids and Azure's words are compared without regard to case. */
export function differs(name: string, found: string, wanted: string, mend: Difference['mend']): Difference[] {
  if (found.toLowerCase() === wanted.toLowerCase()) return [];
  return [{ what: `${name} is ${found === '' ? 'absent' : found}, wanted ${wanted === '' ? 'none' : wanted}`, mend }];
}

/** The same for lists, in any order. */
export function differsAsSet(
  name: string,
  found: readonly string[],
  wanted: readonly string[],
  mend: Difference['mend'],
): Difference[] {
  return differs(name, [...found].toSorted().join(', '), [...wanted].toSorted().join(', '), mend);
}
