/**
 * The proof can fail. The scenario is built once; then each fact is made false by hand or by a fault of the lab, and
 * `verify` must say so: that row, and what depends on it, does not hold, and the command does not end with 0.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../../domain/evidence.ts';
import { EAST, Hands, WEST } from '../support/hands.ts';
import { broken, eventually, ROOT, rowsOf, withStack } from '../support/stack.ts';

type Mend = () => Promise<void>;

interface Lie {
  readonly what: string;
  /** These rows do not hold, and no others: what is made false, what depends on it and what is not reached. */
  readonly rows: readonly Row[];
  readonly tell: (hands: Hands) => Promise<Mend>;
}

const NETWORK = 'providers/Microsoft.Network';
const COMPUTE = 'providers/Microsoft.Compute';
const CONNECTION = `${EAST}/${NETWORK}/connections/ConnectToSite01`;

describe('the proof of the scenario', function () {
  this.timeout(120_000);
  const stack = withStack();
  const hands = new Hands(stack);

  /** The lab answers 404 to one request, as if the thing were not there. */
  const absent = (method: string, path: string) => async (): Promise<Mend> => {
    const code = 'ResourceNotFound';
    await stack.lab.control.setFaults([
      { id: 'absent', target: 'arm', match: { method, path }, do: 'status', status: 404, code, message: 'absent' },
    ]);
    return () => stack.lab.control.setFaults([]);
  };

  const typed =
    (lie: readonly string[], truth: readonly string[], commands: readonly string[] = []) =>
    async () => {
      await hands.type('router210', lie, commands);
      return () => hands.type('router210', truth, commands);
    };

  const switchedOff = (vm: string) => async (): Promise<Mend> => {
    await hands.arm('POST', `${vm}/deallocate`);
    await hands.settled(vm);
    return async () => {
      await hands.arm('POST', `${vm}/start`);
      await hands.settled(vm);
    };
  };

  const lies: readonly Lie[] = [
    {
      what: "the site's group does not carry our tags",
      rows: [1],
      tell: async () => {
        const { tags } = await hands.arm('GET', WEST);
        await hands.arm('PATCH', WEST, { tags: {} });
        return async () => void (await hands.arm('PATCH', WEST, { tags: tags as Record<string, string> }));
      },
    },
    {
      what: "the router's network has a prefix that the site file does not name",
      rows: [2],
      tell: () =>
        hands.edit(`${WEST}/${NETWORK}/virtualNetworks/Vnet20`, (body) => {
          const { addressSpace } = body['properties'] as { addressSpace: { addressPrefixes: string[] } };
          addressSpace.addressPrefixes.push('10.99.0.0/16');
          return body;
        }),
    },
    {
      what: 'the router VM is off',
      rows: [3, 4, 10, 11, 12, 13, 14, 16, 17, 18],
      tell: switchedOff(`${WEST}/${COMPUTE}/virtualMachines/router210`),
    },
    {
      what: 'a loopback is missing',
      rows: [4],
      tell: typed(['no interface Loopback200'], ['interface Loopback200', 'ip address 172.20.200.200 255.255.255.0']),
    },
    {
      what: 'the GatewaySubnet has a security group',
      rows: [5],
      tell: () =>
        hands.edit(`${EAST}/${NETWORK}/virtualNetworks/Vnet16/subnets/GatewaySubnet`, (body) => {
          const id = `${EAST}/${NETWORK}/networkSecurityGroups/linux010-nsg`;
          return { ...body, properties: { ...(body['properties'] as object), networkSecurityGroup: { id } } };
        }),
    },
    {
      what: "the gateway's public address is not there",
      rows: [6],
      tell: absent('GET', 'publicIPAddresses/VpnGwPublicIp$'),
    },
    {
      what: 'the gateway is not there',
      rows: [7, 13, 14, 16, 17, 18],
      tell: absent('GET', 'virtualNetworkGateways/VnetGw$'),
    },
    {
      what: 'the local gateway lacks a prefix',
      rows: [8, 16],
      tell: () =>
        hands.edit(`${EAST}/${NETWORK}/localNetworkGateways/Site01`, (body) => {
          const { localNetworkAddressSpace } = body['properties'] as {
            localNetworkAddressSpace: { addressPrefixes: string[] };
          };
          localNetworkAddressSpace.addressPrefixes = ['172.20.100.0/24'];
          return body;
        }),
    },
    {
      what: 'the connection is not there',
      rows: [9, 13, 14, 16, 17, 18],
      tell: absent('GET', 'connections/ConnectToSite01$'),
    },
    {
      what: 'the script was not rewritten for NAT',
      rows: [11, 12, 13, 14, 16, 17, 18],
      tell: async () => {
        const at = await natAddress();
        const commands = ['clear crypto ikev2 sa'];
        return await typed(at('172.20.10.210', null), at(null, '172.20.10.210'), commands)();
      },
    },
    {
      what: 'the route to the hub is missing on the router',
      rows: [12, 13, 17, 18],
      tell: typed(['no ip route 172.16.0.0 255.255.0.0 Tunnel11'], ['ip route 172.16.0.0 255.255.0.0 Tunnel11']),
    },
    {
      what: 'the shared keys differ',
      rows: [12, 13, 14, 16, 17, 18],
      tell: async () => {
        const put = async (value: string): Promise<void> => {
          await hands.arm('PUT', `${CONNECTION}/sharedkey`, { value });
          await hands.settled(CONNECTION);
          await hands.type('router210', [], ['clear crypto ikev2 sa']);
        };
        await put('another-key');
        return () => put(stack.sharedKey);
      },
    },
    {
      what: 'the probe is off',
      rows: [13, 15, 16, 17, 18],
      tell: switchedOff(`${EAST}/${COMPUTE}/virtualMachines/linux010`),
    },
    {
      what: 'the probe may not send to the site',
      rows: [17],
      tell: () => hands.deny(`${EAST}/${NETWORK}/networkSecurityGroups/linux010-nsg`, 'Outbound', '172.20.0.0/16'),
    },
    {
      what: 'the probe may not be reached from the site',
      rows: [13, 18],
      tell: () => hands.deny(`${EAST}/${NETWORK}/networkSecurityGroups/linux010-nsg`, 'Inbound', '172.20.0.0/16'),
    },
  ];

  /** The two lines of the IKEv2 profile and policy, with the router's public address in place of the private one. */
  async function natAddress() {
    const { routers } = await stack.lab.control.inventory();
    const router = routers.find(({ hostname }) => hostname === 'router210');
    const publicAddress = router?.publicAddress ?? '';
    const profile = /^crypto ikev2 profile (\S+)/m.exec(router?.runningConfig ?? '')?.[1] ?? '';
    const policy = /^crypto ikev2 policy (\S+)/m.exec(router?.runningConfig ?? '')?.[1] ?? '';
    return (no: string | null, yes: string | null): string[] =>
      [`crypto ikev2 policy ${policy}`, `crypto ikev2 profile ${profile}`].flatMap((section) => [
        section,
        `no match address local ${no ?? publicAddress}`,
        `match address local ${yes ?? publicAddress}`,
      ]);
  }

  it('holds in every row at first', async () => {
    // The lab's tunnel is up at once or not at all; Azure's may need minutes.
    const seed = readFileSync(join(ROOT, 'examples/seed.yaml'), 'utf8');
    const file = stack.write('seed.yaml', seed.replace('    verify:\n', '    verify:\n      readyWithinSeconds: 5\n'));
    const up = await stack.sitelink('up', file);
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
  });

  for (const { what, rows, tell } of lies) {
    it(`fails in row ${rows.join(', ')} when ${what}, and holds again when that is mended`, async () => {
      const mend = await tell(hands);
      try {
        const { code, document, stderr } = await stack.sitelink('verify', 'japan/Site01');
        assert.equal(code, 4, stderr);
        assert.deepEqual(broken(document), rows);
      } finally {
        await mend();
      }
      await eventually('the proof holds again', async () => {
        const { code } = await stack.sitelink('verify', 'japan/Site01');
        return code === 0 ? true : null;
      });
    });
  }

  it('fails in row 12 when Azure offers its device script no more: the router has not what Sitelink renders instead', async () => {
    const mend = await absent('POST', 'vpndeviceconfigurationscript')();
    try {
      const { code, document, stderr } = await stack.sitelink('verify', 'japan/Site01');
      assert.equal(code, 4, stderr);
      assert.deepEqual(broken(document), [12]);
      assert.match(JSON.stringify(rowsOf(document).get(10)?.observed), /"origin":"sitelink"/);
    } finally {
      await mend();
    }
    const again = await stack.sitelink('verify', 'japan/Site01');
    assert.deepEqual([again.code, broken(again.document)], [0, []], again.stderr);
  });

  it('fails in row 19 when something cannot be removed', async () => {
    await stack.lab.control.setFaults([
      {
        id: 'kept',
        target: 'arm',
        match: { method: 'DELETE', path: 'localNetworkGateways/Site01$' },
        do: 'status',
        status: 403,
        code: 'AuthorizationFailed',
        message: 'no right to delete',
      },
    ]);
    const down = await stack.sitelink('down', 'japan/Site01');
    assert.equal(down.code, 4, down.stderr);
    assert.match(down.stderr, /localNetworkGateways\/Site01/);
    assert.equal(rowsOf(down.document).get(19)?.holds, false);
    await stack.lab.control.setFaults([]);
  });
});
