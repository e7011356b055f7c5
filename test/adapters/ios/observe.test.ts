/** What is read of a router to prove a tunnel, and saving. */
import assert from 'node:assert/strict';
import { Busy, DeviceRejected } from '../../../adapters/errors.ts';
import {
  ping,
  readAssociations,
  readBgp,
  readFacts,
  readRouter,
  reload,
  routerOpener,
  save,
  withSession,
} from '../../../adapters/ios/index.ts';
import type { RouterSession } from '../../../adapters/ios/index.ts';
import { peerAddressIn } from '../../../adapters/ios/state.ts';
import { withFakeRouter } from './support/fake-router.ts';
import type { FakeOptions, FakeRouter } from './support/fake-router.ts';
import { gateway, freshConfiguration } from './support/samples.ts';

function inSession<T>(
  options: FakeOptions,
  work: (session: RouterSession, router: FakeRouter) => Promise<T>,
): Promise<T> {
  return withFakeRouter(options, (router) =>
    withSession(routerOpener(router.reach, router.deps()), (session) => work(session, router)),
  );
}

function pinged(statistics: string): FakeOptions {
  return {
    replies: {
      ping: `Type escape sequence to abort.\nSending 100, 100-byte ICMP Echos to 172.16.1.10, timeout is 2 seconds:\n!!!!!\n${statistics}`,
    },
  };
}

describe('a ping from the router', () => {
  const request = { target: '172.16.1.10', source: 'Loopback100', count: 100 };

  it('is sent with its source, and read from the line with the success rate', async () => {
    const statistics = 'Success rate is 100 percent (100/100), round-trip min/avg/max = 10/12/28 ms';
    await inSession(pinged(statistics), async (session, router) => {
      const command = 'ping 172.16.1.10 source Loopback 100 repeat 100';
      assert.deepEqual(await ping(session, request), { sent: 100, received: 100, lossPercent: 0, statistics, command });
      assert.equal(router.commands.at(-1), command);
    });
  });

  it('counts what was lost', async () => {
    await inSession(
      pinged('Success rate is 97 percent (97/100), round-trip min/avg/max = 1/2/3 ms'),
      async (session, router) => {
        const { received, lossPercent } = await ping(session, { ...request, source: null, timeoutSeconds: 1 });
        assert.deepEqual([received, lossPercent], [97, 3]);
        assert.equal(router.commands.at(-1), 'ping 172.16.1.10 repeat 100 timeout 1');
      },
    );
  });

  for (const reply of [
    '% Invalid source interface - IP not enabled or interface is down',
    '% Unrecognized host or address, or protocol not running.',
  ]) {
    it(`is a loss of everything when the router says ${reply}`, async () => {
      await inSession({ replies: { ping: reply } }, async (session) => {
        const seen = await ping(session, request);
        assert.deepEqual([seen.sent, seen.received, seen.lossPercent, seen.statistics], [0, 0, 100, reply]);
      });
    });
  }
});

const ikeRow = (status: string, remote: string): string =>
  `Tunnel-id Local                 Remote                fvrf/ivrf            Status\n1         172.20.10.210/4500    ${remote}/4500     none/none            ${status}\n      Encr: AES-CBC, keysize: 256, PRF: SHA1, Hash: SHA96, DH Grp:2, Auth sign: PSK, Auth verify: PSK\n`;
const flow = (peer: string, encaps: number): string => `interface: Tunnel11
   protected vrf: (none)
   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   current_peer ${peer} port 4500
    #pkts encaps: ${encaps}, #pkts encrypt: ${encaps}, #pkts digest: ${encaps}
    #pkts decaps: 7, #pkts decrypt: 7, #pkts verify: 7
`;

describe('security associations', () => {
  it('are those with the gateway, the best state of several rows', async () => {
    const replies = {
      'show crypto ikev2 sa': ikeRow('DELETE', gateway) + ikeRow('READY', gateway) + ikeRow('READY', '192.0.2.7'),
      'show crypto ipsec sa': flow(gateway, 12) + flow('192.0.2.7', 900),
    };
    await inSession({ replies }, async (session) => {
      assert.deepEqual(await readAssociations(session, [gateway]), {
        ikeStatus: 'READY',
        local: '172.20.10.210/4500',
        remote: `${gateway}/4500`,
        localIdent: '0.0.0.0/0.0.0.0/0/0',
        remoteIdent: '0.0.0.0/0.0.0.0/0/0',
        encaps: 12,
        decaps: 7,
      });
      const both = await readAssociations(session, [gateway, '192.0.2.7']);
      assert.deepEqual([both.encaps, both.decaps], [912, 14]);
    });
  });

  it('are READY only if each address of the gateway has one, and its selectors are alike', async () => {
    const other = '192.0.2.7';
    const replies = {
      'show crypto ikev2 sa': ikeRow('READY', gateway) + ikeRow('IN-NEG', other),
      'show crypto ipsec sa':
        flow(gateway, 12) + flow(other, 0).replace('0.0.0.0/0.0.0.0/0/0', '10.0.0.2/255.255.255.255/47/0'),
    };
    await inSession({ replies }, async (session) => {
      const seen = await readAssociations(session, [gateway, other]);
      assert.deepEqual([seen.ikeStatus, seen.remote.split('/')[0]], ['IN-NEG', other]);
      assert.equal(seen.localIdent, '0.0.0.0/0.0.0.0/0/0, 10.0.0.2/255.255.255.255/47/0');
      assert.equal((await readAssociations(session, [gateway, '203.0.113.99'])).ikeStatus, 'none');
    });
  });

  it('are none where there are none, and judged apart', async () => {
    const replies = { 'show crypto ikev2 sa': '', 'show crypto ipsec sa': flow(gateway, 12) };
    await inSession({ replies }, async (session) => {
      const seen = await readAssociations(session, [gateway]);
      assert.deepEqual([seen.ikeStatus, seen.remote, seen.encaps], ['none', '', 12]);
      assert.equal((await readAssociations(session, ['192.0.2.1'])).localIdent, '');
    });
  });

  it('have states that nobody listed, which come last', async () => {
    const replies = {
      'show crypto ikev2 sa': ikeRow('ODD', gateway) + ikeRow('IN-NEG', gateway),
      'show crypto ipsec sa': '',
    };
    await inSession({ replies }, async (session) => {
      assert.equal((await readAssociations(session, [gateway])).ikeStatus, 'IN-NEG');
    });
  });
});

describe('saving', () => {
  it('counts only when the router says [OK]', async () => {
    await inSession({ configuration: freshConfiguration }, async (session) => {
      await session.configure(['interface Loopback7']);
      assert.equal((await readRouter(session)).saved, false);
      assert.deepEqual(await save(session), { detail: '[OK]' });
      assert.equal((await readRouter(session)).saved, true);
    });
    await inSession({ replies: { 'write memory': '% No space left' } }, async (session) => {
      await assert.rejects(
        save(session),
        (error: unknown) => error instanceof DeviceRejected && /No space/.test(error.reply),
      );
    });
  });

  it('waits while somebody else writes, and then says so', async () => {
    const busy = 'startup-config file open failed (Device or resource busy)';
    const replies = ['', busy, busy, busy, '[OK]', busy];
    await inSession({ replies: { 'write memory': () => replies.pop() ?? '' } }, async (session) => {
      assert.deepEqual(await save(session, { pauseMs: 1 }), { detail: '[OK]' });
      await assert.rejects(save(session, { pauseMs: 1 }), Busy);
    });
  });
});

describe('the state of a router', () => {
  it('is read in one session', async () => {
    await inSession({ configuration: freshConfiguration }, async (session, router) => {
      const state = await readRouter(session);
      assert.deepEqual(
        [state.hostname, state.version, state.peerAddress, state.saved],
        ['router210', '17.3.3', '198.51.100.10', true],
      );
      assert.deepEqual(state.interfaces.at(0), { name: 'GigabitEthernet1', address: '172.20.10.210', up: true });
      assert.deepEqual(state.interfaces.at(-1), { name: 'VirtualPortGroup0', address: null, up: false });
      assert.deepEqual(await readFacts(session), {
        version: '17.3.3',
        needsLicence: false,
        licenceConfigured: false,
        allowsWeak: false,
      });
      assert.equal(router.sessions, 1);
    });
  });

  it('leaves open what this router cannot tell', async () => {
    const replies = { 'show users': '% Invalid input detected', 'show startup-config': '% Invalid input detected' };
    await inSession({ replies }, async (session) => {
      const { peerAddress, saved } = await readRouter(session);
      assert.deepEqual([peerAddress, saved], [null, null]);
    });
    await inSession({ replies: { 'show startup-config': 'startup-config is not present' } }, async (session) => {
      assert.equal((await readRouter(session)).saved, null);
    });
    assert.equal(peerAddressIn('   Line\n*  0 con 0   idle 00:00:00'), null);
    assert.equal(peerAddressIn('  1 vty 0  a idle 00:00:00 10.0.0.1'), null);
  });
});

describe('BGP sessions', () => {
  it('are those with the gateway, absent where the router knows of none', async () => {
    const summary = `BGP router identifier 172.20.200.200, local AS number 65010
Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
172.16.0.30     4        65515      12      13        2    0    0 00:01:11        1
172.16.0.29     4        65515       0       0        1    0    0 never    Active
10.0.0.9        4        65020      12      13        2    0    0 1w2d           40
`;
    await inSession({ replies: { 'show ip bgp summary': summary } }, async (session) => {
      const seen = await readBgp(session, ['172.16.0.30', '172.16.0.29', '172.16.0.28']);
      assert.deepEqual(
        seen.map((one) => [one.neighbor, one.remoteAs, one.stateOrPrefixes, one.upDown]),
        [
          ['172.16.0.30', '65515', '1', '00:01:11'],
          ['172.16.0.29', '65515', 'Active', 'never'],
          ['172.16.0.28', '', 'absent', 'never'],
        ],
      );
    });
  });
});

describe('the licence of a Catalyst 8000V', () => {
  const version = (levels: string): string => `Cisco IOS XE Software, Version 17.15.01a
Cisco IOS Software [IOSXE], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.15.1a, RELEASE SOFTWARE (fc2)
router210 uptime is 3 minutes
${levels}
cisco C8000V (VXE) processor (revision VXE) with 1900130K/3075K bytes of memory.
`;
  const table: readonly [string, string, boolean, boolean][] = [
    ['none', 'License Level: \nLicense Type: Perpetual\nNext reload license Level: ', true, false],
    ['one after the reload', 'License Level: \nNext reload license Level: network-advantage', true, true],
    ['one in effect', 'License Level: network-advantage\nNext reload license Level: network-advantage', false, true],
    [
      'one without IPsec',
      'License Level: network-essentials\nNext reload license Level: network-essentials',
      true,
      false,
    ],
    ['one in a table', 'Smart License  Perpetual    None                network-premier', true, true],
    ['one in effect, in a table', 'Smart License  Perpetual    network-premier     network-premier', false, true],
    ['one that nothing is said of', '', false, false],
  ];
  for (const [what, levels, needsLicence, licenceConfigured] of table) {
    it(`is read: ${what}`, async () => {
      await inSession({ replies: { 'show version': version(levels) } }, async (session) => {
        const facts = { version: '17.15.1a', needsLicence, licenceConfigured, allowsWeak: false };
        assert.deepEqual(await readFacts(session), facts);
      });
    });
  }

  it('comes into effect by a reload, which is asked for and answered', async () => {
    await inSession(
      { questions: { reload: 'Proceed with reload? [confirm]' }, replies: { reload: '' } },
      async (session, router) => {
        await reload(session);
        assert.ok(router.commands.includes('reload'));
      },
    );
  });
});
