/** What the activities stand on; the worker gives it to them. */
import type { Arm } from '../adapters/azure/arm.ts';
import type { Secrets } from './secrets.ts';

export interface ActivityDeps {
  readonly arm: Arm;
  readonly secrets: Secrets;
  /** Part of the ownership tags: the id of the Temporal namespace. */
  readonly installation: string;
  /** An OpenSSH client configuration; null: none. */
  readonly sshConfigFile: string | null;
  /** Folder in which each session with a router leaves its transcript; null: none. */
  readonly transcripts: string | null;
}
