/** One HTTP request read whole, and its reply written: limits, JSON, and Azure's own headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ArmError } from '../errors.ts';
import { type Json, type JsonObject, dropNulls, isObject } from '../json.ts';
import { parseRelaxed } from './relaxed-json.ts';
import type { Reply, Request } from '../world.ts';

/** Azure Resource Manager's own limit. */
const bodyLimitBytes = 4 * 1024 * 1024;

/** So much is read all the same, in bytes: who is cut off while it sends does not hear why. */
const patienceBytes = 16 * bodyLimitBytes;

/** The client went away while it was still sending; nobody is there to answer. */
export class Gone extends Error {}

const tooLarge = (): ArmError =>
  new ArmError(413, 'RequestContentTooLarge', `The request content is larger than ${bodyLimitBytes} bytes.`, [], {
    Connection: 'close',
  });

/** The body's bytes. @throws ArmError 413 beyond the limit, Gone if the client left */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    incoming.resume();
    return Promise.resolve(Buffer.alloc(0));
  }
  if (Number(headers['content-length'] ?? 0) > patienceBytes) {
    incoming.resume();
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
      if (size <= patienceBytes) return;
      incoming.removeAllListeners('data').resume();
      reject(tooLarge());
    });
    incoming.on('end', () => {
      if (size > bodyLimitBytes) reject(tooLarge());
      else resolve(Buffer.concat(chunks));
    });
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Gone());
    });
    incoming.on('error', () => {
      reject(new Gone());
    });
  });
}

/**
 * The JSON body of a request that has a use for one, without nulls; undefined if it is empty.
 * @throws ArmError 400 or 415
 */
export function bodyOf({ method, headers }: Request, bytes: Buffer): JsonObject | undefined {
  if (bytes.length === 0 || !['PUT', 'POST', 'PATCH'].includes(method)) return undefined;
  const contentType = headers['content-type'];
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(contentType ?? '')) {
    throw new ArmError(
      415,
      'UnsupportedMediaType',
      `The content media type '${contentType ?? ''}' is not supported. Only 'application/json' is supported.`,
    );
  }
  let value: Json | undefined;
  try {
    value = dropNulls(parseRelaxed(new TextDecoder().decode(bytes)) as Json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ArmError(
      400,
      'InvalidRequestContent',
      `The request content was invalid and could not be deserialized: '${why}'.`,
    );
  }
  if (value === undefined) return undefined;
  if (isObject(value)) return value;
  throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid: it is not a JSON object.');
}

/** The path with each segment decoded, without empty ones. @throws ArmError 400 if it cannot be */
function decodePath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return `/${segments
    .map((segment) => {
      let text: string | null = null;
      try {
        text = decodeURIComponent(segment);
      } catch {
        // Said below, with the same words as for a slash.
      }
      if (text !== null && !/[/\p{Cc}]/u.test(text)) return text;
      throw new ArmError(
        400,
        'InvalidRequestUri',
        `The request URI has the invalid path segment '${segment.slice(0, 100)}'.`,
      );
    })
    .join('/')}`;
}

function textHeaders(incoming: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Method, path, query and headers, without the body. @throws ArmError 400 */
export function readHead(incoming: IncomingMessage): Request {
  // What a proxy is asked for names the server, too.
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const split = target.indexOf('?');
  const path = split < 0 ? target : target.slice(0, split);
  const query = new URLSearchParams(split < 0 ? '' : target.slice(split + 1));
  return {
    method: incoming.method ?? 'GET',
    path: decodePath(path),
    query,
    apiVersion: [...query].find(([name]) => name.toLowerCase() === 'api-version')?.[1] ?? '',
    headers: textHeaders(incoming),
    body: undefined,
    began: [],
  };
}

/** What every recorded reply of Azure has. */
const always = {
  'Cache-Control': 'no-cache',
  Pragma: 'no-cache',
  Expires: '-1',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Sends a reply; a client that has gone is no error. */
export function send(
  outgoing: ServerResponse,
  reply: Reply,
  headers: Readonly<Record<string, string>>,
  withBody: boolean,
): void {
  if (outgoing.destroyed) return;
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
  outgoing.writeHead(reply.status, {
    ...always,
    ...(text === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    ...(reply.status === 204 || (text === '' && !withBody) ? {} : { 'Content-Length': Buffer.byteLength(text) }),
    ...headers,
    ...reply.headers,
  });
  outgoing.end(withBody ? text : undefined);
}
