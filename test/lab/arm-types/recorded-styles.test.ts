/** How Azure's recorded exchanges answer what takes long or is refused, held against the lab's answers. */
import assert from 'node:assert/strict';
import { ArmError } from '../../../lab/arm/errors.ts';
import { type Json, type JsonObject, isObject } from '../../../lab/arm/json.ts';
import { build, newest, send } from './recorded.ts';
import { bodies, idOf, nicBody, paths } from './samples.ts';
import { withBench } from './world.ts';

const status = /\/providers\/Microsoft\.Network\/locations\/japaneast\/operations\/[\w-]+\?api-version=/;
const result = /\/providers\/Microsoft\.Network\/locations\/japaneast\/operationResults\/[\w-]+\?api-version=/;
const computeStatus =
  /\/providers\/Microsoft\.Compute\/locations\/japaneast\/operations\/[\w-]+\?p=[\w-]+&api-version=/;
const computeResult =
  /\/providers\/Microsoft\.Compute\/locations\/japaneast\/operations\/[\w-]+\?p=[\w-]+&monitor=true&api-version=/;
const diskStatus =
  /\/providers\/Microsoft\.Compute\/locations\/japaneast\/DiskOperations\/[\w-]+\?p=[\w-]+&api-version=/;
const diskResult = /\/DiskOperations\/[\w-]+\?p=[\w-]+&monitor=true&api-version=/;

const disk = 'Microsoft.Compute/disks/spare';
const diskBody = { location: 'japaneast', properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8 } };

interface Style {
  readonly method: string;
  readonly of: string;
  readonly body?: JsonObject;
  readonly replies: number;
  readonly status?: RegExp;
  readonly result?: RegExp;
  readonly notifies?: boolean;
  /** What stands in the reply: a resource, nothing, or `null`. */
  readonly says: 'resource' | 'nothing' | 'null';
}

const both = { status, result, notifies: true, says: 'nothing' } as const;
const onlyAsks = { result, notifies: true, says: 'null', replies: 202 } as const;
const computeBoth = { status: computeStatus, result: computeResult, notifies: true, says: 'nothing' } as const;

const styles: readonly Style[] = [
  { method: 'PUT', of: paths.vnet, body: bodies.vnet, replies: 200, status, notifies: true, says: 'resource' },
  { method: 'PUT', of: `${paths.vnet}2`, body: bodies.vnet, replies: 201, status, notifies: true, says: 'resource' },
  { method: 'DELETE', of: paths.connection, replies: 202, ...both },
  { method: 'POST', of: `${paths.gateway}/reset`, replies: 202, ...both },
  { method: 'POST', of: `${paths.connection}/sharedkey/reset`, body: { keyLength: 20 }, replies: 202, ...both },
  {
    method: 'PUT',
    of: `${paths.connection}/sharedkey`,
    body: { value: 'k' },
    replies: 200,
    status,
    notifies: true,
    says: 'nothing',
  },
  { method: 'POST', of: `${paths.connection}/getikesas`, ...onlyAsks },
  { method: 'POST', of: `${paths.gateway}/getBgpPeerStatus`, ...onlyAsks },
  { method: 'POST', of: `${paths.gateway}/getLearnedRoutes`, ...onlyAsks },
  { method: 'POST', of: `${paths.gateway}/getAdvertisedRoutes?peer=10.0.0.1`, ...onlyAsks },
  { method: 'POST', of: `${paths.nic}/effectiveRouteTable`, ...onlyAsks },
  { method: 'POST', of: `${paths.vm}/deallocate`, replies: 202, ...computeBoth },
  { method: 'POST', of: `${paths.vm}/restart`, replies: 202, ...computeBoth },
  { method: 'DELETE', of: paths.vm, replies: 202, ...computeBoth },
  { method: 'PUT', of: disk, body: diskBody, replies: 202, status: diskStatus, result: diskResult, says: 'resource' },
  // Done at once.
  { method: 'PUT', of: `${paths.nic}2`, body: nicBody({}), replies: 201, says: 'resource' },
];

describe('long operations of the lab’s Azure, held against what was recorded of Azure', () => {
  const matches = (value: string | undefined, wanted: RegExp | undefined, what: string): void => {
    if (wanted === undefined) assert.equal(value, undefined, what);
    else assert.match(value ?? '', wanted, what);
  };

  for (const style of styles) {
    it(`answer ${style.method} ${style.of.replace(/^Microsoft\.\w+\//, '')} as Azure does`, () => {
      withBench((one) => {
        build(one);
        const reply = send(one, style.method, idOf(style.of), newest, style.body);
        assert.equal(reply.status, style.replies);
        matches(reply.headers?.['Azure-AsyncOperation'], style.status, 'Azure-AsyncOperation');
        matches(reply.headers?.['Location'], style.result, 'Location');
        assert.equal(reply.headers?.['Azure-AsyncNotification'], style.notifies === true ? 'Enabled' : undefined);
        const said: Json | undefined = reply.body as Json | undefined;
        assert.equal(said === undefined ? 'nothing' : said === null ? 'null' : 'resource', style.says);
      });
    });
  }

  it('are followed to their end under the very addresses', () => {
    withBench((one) => {
      build(one);
      const reply = send(one, 'POST', `${idOf(paths.gateway)}/getLearnedRoutes`);
      const place = (reply.headers?.['Location'] ?? '').replace('https://127.0.0.1:1', '');
      const early = send(one, 'GET', place);
      assert.deepEqual([early.status, early.body], [202, null]);
      one.pass(30);
      const late = send(one, 'GET', place);
      assert.equal(late.status, 200);
      assert.ok(isObject(late.body as Json));
      assert.equal(late.headers?.['Azure-AsyncNotification'], 'Enabled');
    });
  });

  it('of a delete end with 204 and their addresses, of a VM with 200 and nothing', () => {
    withBench((one) => {
      build(one);
      const ends = [paths.connection, paths.vm].map((path) => {
        const reply = send(one, 'DELETE', idOf(path));
        one.pass(120);
        return send(one, 'GET', (reply.headers?.['Location'] ?? '').replace('https://127.0.0.1:1', ''));
      });
      assert.deepEqual(
        ends.map((end) => [end.status, end.body, end.headers?.['Azure-AsyncOperation'] !== undefined]),
        [
          [204, undefined, true],
          [200, undefined, false],
        ],
      );
    });
  });
});

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';

/** What each refusal has beside code and message. */
const refusals: readonly (readonly [
  what: string,
  method: string,
  of: string,
  body: JsonObject | undefined,
  code: string,
  more: JsonObject,
])[] = [
  ['the network provider', 'DELETE', paths.nic, undefined, 'NicInUse', { details: [] }],
  ['the network provider, of a part', 'GET', `${paths.vnet}/subnets/none`, undefined, 'NotFound', { details: [] }],
  [
    'the network provider, of an operation',
    'GET',
    `${subscription}/providers/Microsoft.Network/locations/japaneast/operations/none`,
    undefined,
    'OperationNotFound',
    { details: [] },
  ],
  ['Azure Resource Manager', 'GET', `${paths.vnet}9`, undefined, 'ResourceNotFound', {}],
  [
    'Azure Resource Manager, of what holds a part',
    'GET',
    `${paths.vnet}9/subnets/none`,
    undefined,
    'ResourceNotFound',
    {},
  ],
  ['Azure Resource Manager, of a member', 'PUT', paths.vnet, { ...bodies.vnet, dns: {} }, 'InvalidRequestContent', {}],
  ['the compute provider', 'POST', `${paths.vm}/simulateEviction`, undefined, 'OperationNotAllowed', {}],
  [
    'the compute provider, of a parameter',
    'PUT',
    disk,
    { location: 'japaneast', properties: {} },
    'InvalidParameter',
    { target: 'disk.creationData' },
  ],
];

describe('refusals of the lab’s Azure, held against what was recorded of Azure', () => {
  for (const [what, method, of, body, code, more] of refusals) {
    it(`have the form of ${what}`, () => {
      withBench((one) => {
        build(one);
        assert.throws(
          () => send(one, method, of.startsWith('/') ? of : idOf(of), newest, body),
          (error) => {
            assert.ok(error instanceof ArmError);
            const { code: said, message: _message, ...rest } = error.toBody().error;
            assert.deepEqual([said, rest], [code, more]);
            return true;
          },
        );
      });
    });
  }
});
