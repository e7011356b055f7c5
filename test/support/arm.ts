/** The lab's ARM endpoint for tests: in this process, in a folder of its own, with the vendor's clients. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComputeManagementClient } from '@azure/arm-compute';
import { NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/core-auth';
import { labClock, seededDraw } from '../../lab/clock.ts';
import { faultDesk } from '../../lab/faults.ts';
import type { Faults } from '../../lab/faults.ts';
import type { Arm, ArmOptions } from '../../lab/arm/contract.ts';
import { startArm } from '../../lab/arm/index.ts';

export interface ArmFixture {
  readonly arm: Arm;
  readonly faults: Faults;
  /** The state folder; removed with the fixture. */
  readonly folder: string;
  readonly credential: TokenCredential;
  readonly network: NetworkManagementClient;
  readonly compute: ComputeManagementClient;
  readonly resources: ResourceManagementClient;
  /** A request with a token and the CA; `path` begins with `/` and gets an api-version if it has none. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** Ends the endpoint and starts another on the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed, undefined if there was none. */
  readonly body: unknown;
}

export type ArmFixtureOptions = Partial<Pick<ArmOptions, 'rules' | 'throttle'>> & {
  readonly speed?: number;
  readonly seed?: string;
};

/** A token of the managed identity endpoint, asked for once. */
function identityCredential(arm: () => Arm): TokenCredential {
  let known: { token: string; expiresOnTimestamp: number } | null = null;
  return {
    getToken: async () => {
      if (known !== null) return known;
      const { identity, identityHeader, endpoint } = arm();
      const url = `${identity}?api-version=2019-08-01&resource=${encodeURIComponent(endpoint)}`;
      const reply = await fetch(url, { headers: { 'X-IDENTITY-HEADER': identityHeader } });
      const body = (await reply.json()) as { access_token: string; expires_on: string };
      known = { token: body.access_token, expiresOnTimestamp: Number(body.expires_on) * 1000 };
      return known;
    },
  };
}

/** A request over HTTPS that trusts the lab's CA and nothing else. */
export function requestArm(
  arm: Pick<Arm, 'endpoint' | 'caFile'>,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${arm.endpoint}${path}`,
      { method, ca: readFileSync(arm.caFile), headers: options.headers ?? {}, agent: false },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', reject);
        reply.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const headers = Object.fromEntries(
            Object.entries(reply.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({
            status: reply.statusCode ?? 0,
            headers,
            body: text === '' ? undefined : (JSON.parse(text) as unknown),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

function clients(arm: Arm, credential: TokenCredential): Pick<ArmFixture, 'network' | 'compute' | 'resources'> {
  // The vendor's clients as they are, but for the CA (a process would have NODE_EXTRA_CA_CERTS) and their own retries.
  const common = {
    endpoint: arm.endpoint,
    tlsOptions: { ca: readFileSync(arm.caFile) },
    retryOptions: { maxRetries: 0 },
  };
  const { subscriptionId } = arm;
  return {
    network: new NetworkManagementClient(credential, subscriptionId, common),
    resources: new ResourceManagementClient(credential, subscriptionId, common),
    compute: new ComputeManagementClient(credential, subscriptionId, {
      ...common,
      credentials: { scopes: [`${arm.endpoint}/.default`] },
    }),
  };
}

/** Starts an endpoint; the caller closes it. Operations run 1000 times faster than Azure's unless told otherwise. */
export async function openArm(options: ArmFixtureOptions = {}): Promise<ArmFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-arm-'));
  const draw = seededDraw(options.seed ?? 'test');
  const faults = faultDesk(draw);
  const start = (): Promise<Arm> =>
    startArm({
      stateDir: folder,
      port: 0,
      clock: labClock(options.speed ?? 1000),
      draw,
      rules: options.rules ?? '2026',
      throttle: options.throttle ?? 'off',
      faults,
    });
  let arm = await start();
  const credential = identityCredential(() => arm);
  return {
    get arm() {
      return arm;
    },
    faults,
    folder,
    credential,
    ...clients(arm, credential),
    call: async (method, path, body, headers = {}) => {
      const token = await credential.getToken('');
      const url = path.includes('api-version=')
        ? path
        : `${path}${path.includes('?') ? '&' : '?'}api-version=2025-05-01`;
      return requestArm(arm, method, url, {
        headers: { authorization: `Bearer ${token?.token ?? ''}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    restart: async () => {
      await arm.close();
      arm = await start();
    },
    close: async () => {
      faults.close();
      await arm.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `use` with an endpoint that is closed and removed afterwards. */
export async function withArm(
  use: (fixture: ArmFixture) => Promise<void>,
  options: ArmFixtureOptions = {},
): Promise<void> {
  const fixture = await openArm(options);
  try {
    await use(fixture);
  } finally {
    await fixture.close();
  }
}
