/**
 * BGP over two tunnels to an active-active gateway, from a loopback and from a link-local address: built, proved by
 * traffic over learned routes, seen to fail where one end is wrong, and taken down.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hands } from '../support/hands.ts';
import { withoutReloads } from '../support/reloads.ts';
import { broken, eventually, ROOT, rowsOf, withStack } from '../support/stack.ts';

describe('BGP to an active-active gateway', function () {
  this.timeout(300_000);
  const stack = withStack();
  const hands = new Hands(stack);

  const configurationOf = async (hostname: string): Promise<string> => {
    const { routers } = await stack.lab.control.inventory();
    return routers.find((router) => router.hostname === hostname)?.runningConfig ?? '';
  };
  const takenDown = async (hub: string): Promise<void> => {
    const down = await stack.sitelink('down', hub);
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  };
  const sessionsIn = (document: unknown): unknown => {
    const observed = rowsOf(document).get(13)?.observed as readonly { bgp?: readonly { neighbor: string }[] }[];
    return observed.flatMap(({ bgp }) => bgp ?? []).map(({ neighbor }) => neighbor);
  };

  it('carries the traffic of both ends over routes that it has learned', async () => {
    // Whoever waits for a session that is shut waits as long as this.
    const text = `${readFileSync(join(ROOT, 'examples/bgp.yaml'), 'utf8')}    verify: { readyWithinSeconds: 30 }\n`;
    const file = stack.write('bgp.yaml', text);
    const up = await withoutReloads(stack.lab.control, () => stack.sitelink('up', file));
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual(sessionsIn(up.document), ['10.60.255.30', '10.60.255.29']);
    const configuration = await configurationOf('bern-r1');
    assert.match(configuration, /^interface Tunnel12$/m);
    assert.match(configuration, /^ neighbor 10\.60\.255\.29 update-source Loopback11$/m);
    assert.doesNotMatch(configuration, /^ip route 10\.60\.0\.0/m);
  });

  it('does not hold while one session is down, and holds again when it is mended', async () => {
    await hands.type('bern-r1', ['router bgp 65010', 'neighbor 10.60.255.29 shutdown']);
    const { code, document, stderr } = await stack.sitelink('verify', 'alps/bern');
    assert.equal(code, 4, stderr);
    assert.ok(broken(document).includes(13), stderr);
    assert.match(JSON.stringify(rowsOf(document).get(13)?.observed), /Idle \(Admin\)/);
    await hands.type('bern-r1', ['router bgp 65010', 'no neighbor 10.60.255.29 shutdown']);
    await eventually('the proof holds again', async () => {
      const again = await stack.sitelink('verify', 'alps/bern');
      return again.code === 0 ? true : null;
    });
    await takenDown('alps');
  });

  it('speaks from a link-local address where the gateway has such addresses, with a router that is there already', async () => {
    await stack.lab.control.putDevice('milano-r1', {
      publicAddress: '203.0.113.7',
      privateAddress: '10.0.0.2',
      username: 'netops',
      publicKey: stack.publicKey,
      config: [
        'interface Loopback50',
        ' ip address 192.168.50.1 255.255.255.0',
        'interface Loopback11',
        ' ip address 172.31.0.1 255.255.255.255',
        'router bgp 65010',
        ' neighbor 172.31.0.9 remote-as 65099',
      ],
    });
    const before = await configurationOf('milano-r1');
    const device = readFileSync(join(ROOT, 'examples/device.yaml'), 'utf8')
      .replace(
        'publicIps: [{ name: vpngw-weu-ip }]',
        'publicIps: [{ name: a }, { name: b }]\n    activeActive: true\n    bgp: { apipa: [169.254.21.2, 169.254.22.2] }',
      )
      .replace(
        '    prefixes: [192.168.50.0/24]',
        '    prefixes: [192.168.50.0/24]\n    bgp: { asn: 65010, peerAddress: 169.254.21.1 }',
      );
    const up = await stack.sitelink('up', stack.write('apipa.yaml', device));
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual(sessionsIn(up.document), ['169.254.21.2', '169.254.22.2']);
    const configuration = await configurationOf('milano-r1');
    assert.match(configuration, /^ neighbor 169\.254\.22\.2 update-source Loopback12$/m);
    assert.match(configuration, /^ {2}network 192\.168\.50\.0/m);
    await takenDown('europe');
    assert.equal(await configurationOf('milano-r1'), before);
  });
});
