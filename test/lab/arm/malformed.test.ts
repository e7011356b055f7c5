import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { put, subscription } from './support.ts';

const group = `${subscription}/resourceGroups/Malformed`;
const version = '?api-version=2025-04-01';
const json = 'Content-Type: application/json';
const east = '{"location":"japaneast"}';

/** What stands in a request besides its token; `{}` is replaced by the group's path and api-version. */
type Row = readonly [what: string, line: string, headers: readonly string[], body: string, answer: string];

const rows: readonly Row[] = [
  ['a line that is no request', 'garbage', [], '', '400 BadRequest'],
  ['a method that there is not', 'FETCH {} HTTP/1.1', [], '', '400 BadRequest'],
  ['a path that is not ASCII', `GET ${group}\u00ff HTTP/1.1`, [], '', '400 BadRequest'],
  ['two lengths', 'PUT {} HTTP/1.1', [json, 'Content-Length: 2', 'Content-Length: 3'], '{}', '400 BadRequest'],
  [
    'a length and chunks',
    'PUT {} HTTP/1.1',
    [json, 'Content-Length: 2', 'Transfer-Encoding: chunked'],
    '0',
    '400 BadRequest',
  ],
  [
    'a broken chunk',
    'PUT {} HTTP/1.1',
    [json, 'Transfer-Encoding: chunked'],
    'zz\r\n{}\r\n0\r\n\r\n',
    '400 BadRequest',
  ],
  ['a line of 20 kB', `GET ${group}${'x'.repeat(20_000)} HTTP/1.1`, [], '', '431 RequestHeaderFieldsTooLarge'],
  ['a header of 20 kB', 'GET {} HTTP/1.1', [`X-Long: ${'x'.repeat(20_000)}`], '', '431 RequestHeaderFieldsTooLarge'],
  [
    'a length that nobody will send',
    'PUT {} HTTP/1.1',
    [json, 'Content-Length: 99999999999'],
    '{',
    '413 RequestContentTooLarge',
  ],
  ['a tunnel', 'CONNECT example.com:443 HTTP/1.1', [], '', '501 NotModelled'],
  ['TRACE', 'TRACE {} HTTP/1.1', [], '', '501 NotModelled'],
  ['OPTIONS of everything', 'OPTIONS * HTTP/1.1', [], '', '501 NotModelled'],
  ['HTTP/1.0', 'GET {} HTTP/1.0', [], '', '200'],
  ['an absolute address', `GET https://127.0.0.1${group}${version} HTTP/1.1`, [], '', '200'],
  ['an api-version in other letters', `GET ${group}?API-Version=2025-04-01 HTTP/1.1`, [], '', '200'],
  [
    'an api-version that is no date',
    `GET ${group}?api-version=2025-13-45 HTTP/1.1`,
    [],
    '',
    '400 InvalidApiVersionParameter',
  ],
  [
    'a body that a GET has no use for',
    'GET {} HTTP/1.1',
    ['Content-Type: text/plain', 'Content-Length: 2'],
    '{[',
    '200',
  ],
  ['chunks', 'PUT {} HTTP/1.1', [json, 'Transfer-Encoding: chunked'], `18\r\n${east}\r\n0\r\n\r\n`, '200'],
  ['a byte order mark', 'PUT {} HTTP/1.1', [json, 'Content-Length: 27'], `\u00ef\u00bb\u00bf${east}`, '200'],
  [
    'bytes that are no UTF-8',
    'PUT {} HTTP/1.1',
    [json, 'Content-Length: 17'],
    '{"location":"\u00ff\u00fe"}',
    '400 LocationNotAvailableForResourceType',
  ],
  ['100-continue', 'PUT {} HTTP/1.1', [json, 'Expect: 100-continue', 'Content-Length: 24'], east, '100'],
];

describe('requests that no client should send', () => {
  let lab: ArmFixture;
  let authorization: string;
  before(async () => {
    lab = await openArm();
    await put(lab, group, { location: 'japaneast' });
    authorization = `Bearer ${(await lab.credential.getToken(''))?.token ?? ''}`;
  });
  after(() => lab.close());

  /** What comes back on a connection of its own, until it ends. */
  const converse = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(lab.arm.endpoint);
      const socket = connect({ host: '127.0.0.1', port: Number(port), ca: readFileSync(lab.arm.caFile) }, () => {
        socket.write(Buffer.from(text, 'latin1'));
      });
      let answer = '';
      socket.on('data', (bytes) => {
        answer += bytes.toString('latin1');
      });
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(answer);
      });
      socket.setTimeout(5000, () => socket.destroy(new Error(`${text.slice(0, 100)}: no end after ${answer}`)));
    });

  for (const [what, line, headers, body, expected] of rows) {
    it(`are answered: ${what}, with ${expected}`, async () => {
      const head = [
        line.replace('{}', `${group}${version}`),
        'Host: 127.0.0.1',
        'Connection: close',
        `Authorization: ${authorization}`,
        ...headers,
      ];
      const answer = await converse(`${head.join('\r\n')}\r\n\r\n${body}`);
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? '';
      const code = /"error":\{"code":"(\w+)"/.exec(answer)?.[1];
      assert.equal([status, ...(code === undefined ? [] : [code])].join(' '), expected, answer.slice(0, 500));
      assert.ok(status === '100' || /^x-ms-request-id: [\w-]{36}\r?$/m.test(answer), answer.slice(0, 500));
    });
  }

  it('are judged by who asks before what is asked', async () => {
    const head = [`PUT ${group}${version} HTTP/1.1`, 'Host: x', 'Connection: close', 'Content-Length: 2'];
    assert.match(await converse(`${head.join('\r\n')}\r\n\r\n{[`), /^HTTP\/1\.1 401 /);
  });
});
