/** Serves a surface over HTTP: reads, lets faults strike, answers, logs. Nothing a client sends ends it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestRecord } from '../contract.ts';
import { ArmError } from '../errors.ts';
import { Gone, readBody, readHead, send } from './exchange.ts';
import { type Struck, dropped } from './strikes.ts';
import { printable } from './request-log.ts';
import type { Reply, Request } from '../world.ts';

export interface Surface {
  /** Answers; `bytes` is the body as it came. Runs without a pause, so it is a transaction. @throws ArmError */
  answer(request: Request, bytes: Buffer): Reply | Answered;
  /** Writes what `answer` changed, also where it threw. */
  commit(): void;
  readonly strikes: Struck;
  log(record: RequestRecord): void;
}

/** A reply with headers that an error carries too. */
interface Answered extends Reply {
  readonly headers?: Readonly<Record<string, string>>;
}

const errorReply = (error: ArmError): Reply => ({ status: error.status, headers: error.headers, body: error.toBody() });

/** A mistake of the lab's own: said as Azure says it, with what failed and without a stack. */
function internal(error: unknown): Reply {
  const text = error instanceof Error ? error.message : String(error);
  return errorReply(new ArmError(500, 'InternalServerError', `The lab failed to answer: ${text}`));
}

const asReply = (error: unknown): Reply => (error instanceof ArmError ? errorReply(error) : internal(error));

function codeOf(reply: Reply): string | null {
  const error = (reply.body as { error?: { code?: unknown } } | undefined | null)?.error;
  return typeof error?.code === 'string' ? error.code : null;
}

async function converse(surface: Surface, head: Request, incoming: IncomingMessage): Promise<Reply | typeof dropped> {
  const bytes = await readBody(incoming);
  const request = { ...head };
  const before = await surface.strikes.before(request);
  if (before !== null) return before;
  let reply: Reply;
  try {
    reply = surface.answer(request, bytes);
  } catch (error) {
    reply = asReply(error);
  }
  surface.commit();
  return (await surface.strikes.after(request)) ?? reply;
}

async function handle(surface: Surface, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const started = performance.now();
  const at = new Date().toISOString();
  const requestId = randomUUID();
  const header = (name: string): string | null => {
    const value = incoming.headers[name];
    return typeof value === 'string' ? printable(value, 200) : null;
  };
  let head: Request | null = null;
  let reply: Reply | typeof dropped;
  try {
    head = readHead(incoming);
    reply = await converse(surface, head, incoming);
  } catch (error) {
    reply = error instanceof Gone ? dropped : asReply(error);
  }
  if (reply === dropped) outgoing.destroy();
  else {
    const client = header('x-ms-client-request-id');
    const correlation = header('x-ms-correlation-request-id') ?? requestId;
    const wanted = header('x-ms-return-client-request-id') === 'true' && client !== null;
    const ids = {
      'x-ms-request-id': requestId,
      'x-ms-correlation-request-id': correlation,
      'x-ms-routing-request-id': `LAB:${at.replaceAll(/[-:]|\.\d+/g, '')}:${requestId}`,
      // The provider has an id of its own for what Azure Resource Manager passes on to it.
      ...(/\/providers\/microsoft\.network\//i.test(head?.path ?? '')
        ? { 'x-ms-arm-service-request-id': randomUUID() }
        : {}),
      ...(wanted ? { 'x-ms-client-request-id': client } : {}),
    };
    send(outgoing, reply, ids, incoming.method !== 'HEAD');
  }
  surface.log({
    at,
    method: printable(incoming.method ?? '', 20),
    path: printable((incoming.url ?? '').split('?')[0] ?? ''),
    apiVersion: head === null || head.apiVersion === '' ? null : printable(head.apiVersion, 40),
    status: reply === dropped ? 0 : reply.status,
    code: reply === dropped ? null : codeOf(reply),
    milliseconds: Math.round((performance.now() - started) * 10) / 10,
    clientRequestId: header('x-ms-client-request-id'),
    requestId,
    userAgent: header('user-agent'),
  });
}

/** What a server calls for each request. */
export function listener(surface: Surface): RequestListener {
  return (incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    handle(surface, incoming, outgoing).catch(() => {
      outgoing.destroy();
    });
  };
}
