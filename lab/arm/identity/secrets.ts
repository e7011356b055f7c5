/** What a state folder's ARM endpoint keeps for itself: ports, identity and the key that signs tokens. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeAtomic } from '../../state-dir.ts';

export interface Secrets {
  readonly tenantId: string;
  readonly clientId: string;
  readonly identityHeader: string;
  /** Signs tokens; hexadecimal. */
  readonly tokenKey: string;
  /** Null until the first start has found them. */
  port: number | null;
  identityPort: number | null;
}

const fileOf = (folder: string): string => join(folder, 'arm.json');

export function loadSecrets(folder: string): Secrets {
  const text = readIfThere(fileOf(folder));
  if (text !== null) return JSON.parse(text) as Secrets;
  const made: Secrets = {
    tenantId: randomUUID(),
    clientId: randomUUID(),
    identityHeader: randomBytes(24).toString('hex'),
    tokenKey: randomBytes(32).toString('hex'),
    port: null,
    identityPort: null,
  };
  saveSecrets(folder, made);
  return made;
}

export function saveSecrets(folder: string, secrets: Secrets): void {
  writeAtomic(fileOf(folder), `${JSON.stringify(secrets, null, 2)}\n`);
}
