/** Sends spoilt requests to the lab's Azure and judges the answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { labClock, seededDraw } from '../../../lab/clock.ts';
import { modelDataplane } from '../../../lab/link.ts';
import { Chance } from '../../support/chance.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { type FuzzRequest, nextRequest } from './fuzz-requests.ts';
import { idle, makeConnection, makeNetwork } from './support.ts';

const width = 8;

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function send(agent: Agent, endpoint: string, token: string, asked: FuzzRequest): Promise<Raw> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(asked.contentType === '' ? {} : { 'content-type': asked.contentType }),
    ...(asked.body === undefined ? {} : { 'content-length': Buffer.byteLength(asked.body) }),
  };
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, hostname, port, method: asked.method, path: asked.target, headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('error', reject);
      reply.on('end', () => {
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(asked.body);
  });
}

/** Why an answer is none that Azure could give; null if it may stand. */
function fault(asked: FuzzRequest, { status, headers, text }: Raw): string | null {
  if (status >= 500 && status !== 501) return `status ${status}`;
  if (typeof headers['x-ms-request-id'] !== 'string') return 'no x-ms-request-id';
  if (typeof headers['x-ms-correlation-request-id'] !== 'string') return 'no x-ms-correlation-request-id';
  if (/\n\s+at |TypeError|RangeError|lab\/arm|node:/.test(text)) return 'words of the lab’s own code';
  if (status < 400 || asked.method === 'HEAD') return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'an error without JSON';
  }
  // The authority answers in the form of OAuth.
  if (/\/oauth2\//.test(asked.target)) return null;
  const { error } = parsed as { error?: { code?: unknown; message?: unknown; details?: unknown } };
  const wellFormed =
    typeof error?.code === 'string' &&
    /^[A-Z]\w+$/.test(error.code) &&
    typeof error.message === 'string' &&
    error.message !== '';
  return wellFormed ? null : 'an error that is not in Azure’s form';
}

/** Everything that reads what requests left behind, as the link, the routers and people do. */
function readAll(lab: ArmFixture): void {
  lab.arm.cloud.connections();
  for (const { nics } of lab.arm.cloud.vms()) {
    for (const { id } of nics) {
      lab.arm.cloud.judge(id, { direction: 'Inbound', protocol: 'Tcp', remoteAddress: '198.51.100.10', port: 22 });
    }
  }
}

/**
 * Sends `count` requests, checks each answer, that all can still be read, and that the folder can be opened again.
 * @throws AssertionError that names the seed and the request
 */
export async function fuzz(seed: string, count: number): Promise<Map<number, number>> {
  const lab = await openArm({ seed });
  const dataplane = modelDataplane({ cloud: lab.arm.cloud, clock: labClock(1000), draw: seededDraw(seed) });
  lab.arm.setDataplane(dataplane);
  const agent = new Agent({ ca: readFileSync(lab.arm.caFile), keepAlive: true, maxSockets: width });
  const seen = new Map<number, number>();
  try {
    await makeNetwork(lab, 'G');
    await makeConnection(lab, 'G');
    const { token } = (await lab.credential.getToken('')) ?? { token: '' };
    const chance = new Chance(seed);
    let left = count;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const asked = nextRequest(chance);
        const said = (): string =>
          `seed ${seed}, request ${JSON.stringify({ ...asked, body: asked.body?.slice(0, 2000) })}`;
        const answer = await send(agent, lab.arm.endpoint, token, asked).catch((error: unknown) =>
          assert.fail(`${String(error)}: ${said()}`),
        );
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        const wrong = fault(asked, answer);
        if (wrong !== null) assert.fail(`${wrong}: ${said()} was answered with ${answer.text.slice(0, 500)}`);
        if (left % 100 === 0) assert.doesNotThrow(() => readAll(lab), `after ${said()}`);
      }
    };
    await Promise.all(Array.from({ length: width }, work));
    await idle(lab);
    // Every resource as a GET shows it, and every operation.
    const before = lab.arm.inventory().resources;
    await lab.restart();
    assert.deepEqual(
      lab.arm.inventory().resources.map(({ id }) => id),
      before.map(({ id }) => id),
      `seed ${seed}`,
    );
  } finally {
    agent.destroy();
    dataplane.close();
    await lab.close();
  }
  return seen;
}
