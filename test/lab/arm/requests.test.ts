import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ArmFixture, openArm, requestArm } from '../../support/arm.ts';
import type { RequestRecord } from '../../../lab/arm/contract.ts';
import { RequestLog } from '../../../lab/arm/http/request-log.ts';
import { withFolderAsync } from '../../support/folder.ts';
import { errorCode, put, subscription } from './support.ts';

describe('requests to the lab’s Azure', () => {
  let lab: ArmFixture;
  const group = `${subscription}/resourceGroups/Requests`;
  before(async () => {
    lab = await openArm();
    await put(lab, group, { location: 'japaneast' });
  });
  after(() => lab.close());

  it('logs each request in one line, without query, header or body', async () => {
    const client = '7c1f0f0e-0000-4000-8000-000000000000';
    const answer = await lab.call('GET', `${group}?secret=querysecret&api-version=2025-04-01`, undefined, {
      'x-ms-client-request-id': client,
      'x-ms-return-client-request-id': 'true',
      'x-ms-correlation-request-id': 'corr',
      'user-agent': 'tester\u00e9',
    });
    assert.equal(answer.headers['x-ms-client-request-id'], client);
    assert.equal(answer.headers['x-ms-correlation-request-id'], 'corr');
    assert.match(String(answer.headers['x-ms-routing-request-id']), /^LAB:\d{8}T\d{6}Z:[0-9a-f-]{36}$/);
    assert.deepEqual(
      ['cache-control', 'pragma', 'expires', 'x-content-type-options'].map((name) => answer.headers[name]),
      ['no-cache', 'no-cache', '-1', 'nosniff'],
    );
    const record = lab.arm.requests().at(-1);
    assert.equal(record?.path, group);
    assert.equal(record?.apiVersion, '2025-04-01');
    assert.equal(record?.clientRequestId, client);
    assert.equal(record?.requestId, answer.headers['x-ms-request-id']);
    await sleep(50);
    const lines = readFileSync(join(lab.folder, 'requests.log'), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, lab.arm.requests().length);
    assert.match(
      lines.at(-1) ?? '',
      new RegExp(`^\\S+ GET +200 +[\\d.]+ms ${group} 2025-04-01 - \\S+ ${client} "tester`),
    );
    assert.ok(!lines.join('\n').includes('querysecret'));
    assert.ok(!lines.join('\n').includes('Bearer'));
  });

  it('begins its log anew before it grows too long, and keeps the one before', async () => {
    await withFolderAsync(async (folder) => {
      const file = join(folder, 'requests.log');
      const record = { ...(lab.arm.requests()[0] as RequestRecord), userAgent: 'x'.repeat(400) };
      const log = new RequestLog(file, 2000);
      for (let nth = 0; nth < 10; nth += 1) {
        log.add({ ...record, requestId: `nth-${nth}` });
        await sleep(5);
      }
      await log.close();
      const namesIn = (name: string): string[] => readFileSync(join(folder, name), 'utf8').match(/nth-\d/g) ?? [];
      assert.deepEqual(readdirSync(folder).toSorted(), ['requests.log', 'requests.log.1']);
      const all = [...namesIn('requests.log.1'), ...namesIn('requests.log')];
      assert.deepEqual(all.at(-1), 'nth-9');
      assert.deepEqual(all, all.toSorted());
      for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 2000);
      const next = new RequestLog(file, 2000);
      next.add({ ...record, requestId: 'nth-x', userAgent: 'x'.repeat(1500) });
      await next.close();
      assert.match(readFileSync(file, 'utf8'), /^[^\n]*nth-x[^\n]*\n$/);
    });
  });

  const tokens: readonly [string, Record<string, string>, string][] = [
    ['no token', {}, 'AuthenticationFailed'],
    ['another scheme', { authorization: 'Basic eDp5' }, 'AuthenticationFailed'],
    ['a token that is no JWT', { authorization: 'Bearer abc' }, 'InvalidAuthenticationToken'],
    ['a token with a foreign signature', { authorization: 'Bearer e30.e30.c2ln' }, 'InvalidAuthenticationToken'],
  ];
  for (const [what, headers, code] of tokens) {
    it(`answers ${what} with 401 ${code}`, async () => {
      const answer = await requestArm(lab.arm, 'GET', `${group}?api-version=2025-04-01`, { headers });
      assert.equal(answer.status, 401);
      assert.equal(errorCode(answer), code);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer authorization_uri="https:\/\/127\.0\.0\.1/);
    });
  }
});
