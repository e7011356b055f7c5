/** What Node's parser takes for no request at all is refused in Azure's form, too. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { ArmError, notModelled } from '../errors.ts';

function refusalOf(code: string): ArmError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ArmError(431, 'RequestHeaderFieldsTooLarge', 'The request line and headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ArmError(408, 'RequestTimeout', 'The request did not arrive in time.');
  return new ArmError(400, 'BadRequest', 'The request is malformed.');
}

function answer(socket: Duplex, error: ArmError): void {
  const body = JSON.stringify(error.toBody());
  const id = randomUUID();
  const lines = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-ms-request-id: ${id}`,
    `x-ms-correlation-request-id: ${id}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export function refuseMalformed(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const code = error.code ?? '';
    // Whoever is gone, or has not even agreed on TLS, hears nothing.
    const hears = socket.writable && (code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT');
    if (hears) answer(socket, refusalOf(code));
    else socket.destroy();
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    answer(socket, notModelled(`CONNECT ${incoming.url ?? ''}`));
  });
}
