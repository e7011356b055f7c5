/** Routes of a subscription that lead to no resource. */
import type { Reply, Request, World } from '../world.ts';

export interface SubscriptionRoute {
  readonly method: string;
  /** Matched against the lower-cased, decoded path. */
  readonly pattern: RegExp;
  readonly handle: (world: World, request: Request, match: RegExpExecArray) => Reply;
}

/** The segments that a pattern caught, in the spelling of the request. */
export function caught(request: Request, match: RegExpExecArray): string[] {
  const segments = request.path.split('/');
  return match.slice(1).map((text) => segments.find((segment) => segment.toLowerCase() === text) ?? text);
}
