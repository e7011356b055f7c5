/** An ARM endpoint of a few lines: each test says what it answers, and sees what it was asked. */
import type { HttpClient, HttpMethods, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { createArm, type Arm } from '../../adapters/azure/arm.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createSecrets } from '../../activities/secrets.ts';

export interface FakeReply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answerer = (request: { method: HttpMethods; path: string; body: unknown }) => FakeReply | Error;

export const endpoint = 'https://arm.test';

export interface FakeArm {
  readonly arm: Arm;
  readonly deps: ActivityDeps;
  /** `GET /subscriptions/…`, without the query. */
  readonly asked: string[];
  readonly bodies: unknown[];
}

export function fakeArm(answer: Answerer, env: Record<string, string> = {}, token = 'token'): FakeArm {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const httpClient: HttpClient = {
    sendRequest: (request: PipelineRequest): Promise<PipelineResponse> => {
      const path = new URL(request.url).pathname;
      asked.push(`${request.method} ${path}`);
      const body = typeof request.body === 'string' ? (JSON.parse(request.body) as unknown) : undefined;
      if (body !== undefined) bodies.push(body);
      const reply = answer({ method: request.method, path, body });
      if (reply instanceof Error) return Promise.reject(reply);
      const bodyAsText = reply.body === undefined ? '' : JSON.stringify(reply.body);
      return Promise.resolve({
        request,
        status: reply.status ?? 200,
        headers: createHttpHeaders({ ...reply.headers }),
        bodyAsText,
      });
    },
  };
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const arm = createArm({ endpoint: `${endpoint}/`, scope: `${endpoint}/.default`, credential, httpClient });
  const secrets = createSecrets({ env, home: '/nonexistent' });
  return { arm, deps: { arm, secrets, installation: 'test-1', sshConfigFile: null, transcripts: null }, asked, bodies };
}

/** An operation that Azure has accepted, with a signed URL as it gives them. */
export function accepted(status = 201, body: unknown = { properties: { provisioningState: 'Updating' } }): FakeReply {
  const url = `${endpoint}/operations/1?t=1&s=signature`;
  return { status, body, headers: { 'azure-asyncoperation': url, 'retry-after': '10' } };
}
