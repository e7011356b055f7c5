import assert from 'node:assert/strict';
import { labClock, seededDraw } from '../../../lab/clock.ts';
import { Operations } from '../../../lab/arm/store/operations.ts';
import { Store } from '../../../lab/arm/store/store.ts';
import { withFolder } from '../../support/folder.ts';
import { bodies, buildHub, buildProbe, connectionBody, gatewayBody, location, paths } from './samples.ts';
import { type Bench, withBench } from './world.ts';

type Range = readonly [least: number, most: number];

const lengthOf = (one: Bench): number => {
  const { startedAt, endsAt } = one.last();
  assert(endsAt !== null);
  return (endsAt - startedAt) / 1000;
};

describe('the time that the lab’s Azure takes', () => {
  /** In seconds, as measured of Azure (azure.md, 5), or as clients that wait expect it. */
  const measured: readonly (readonly [what: string, range: Range, begin: (one: Bench) => void])[] = [
    [
      'a VPN gateway: 20 to 45 minutes',
      [1200, 2700],
      (one) => {
        one.make(paths.vnet, bodies.vnet);
        one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
        one.make(paths.address, bodies.address);
        one.begin(paths.gateway, gatewayBody());
      },
    ],
    [
      'its delete: 10 to 20 minutes',
      [600, 1200],
      (one) => {
        buildHub(one);
        one.remove(paths.connection);
        one.remove(paths.gateway);
      },
    ],
    [
      'another SKU for it: 30 to 45 minutes',
      [1800, 2700],
      (one) => {
        buildHub(one);
        one.begin(paths.gateway, gatewayBody('VpnGw2AZ'));
      },
    ],
    [
      'a connection: about 10 seconds',
      [8, 30],
      (one) => {
        buildHub(one);
      },
    ],
    [
      'a VM: 30 to 90 seconds',
      [30, 90],
      (one) => {
        one.make(paths.vnet, bodies.vnet);
        buildProbe(one);
      },
    ],
    ['a local gateway: some seconds', [4, 10], (one) => void one.make(paths.local, bodies.local)],
  ];
  for (const [what, [least, most], begin] of measured) {
    it(`is that of Azure for ${what}, and the same again for the same seed`, () => {
      const lengths = [1, 2].map(() => {
        let length = 0;
        withBench((one) => {
          begin(one);
          length = lengthOf(one);
        });
        return length;
      });
      assert.equal(lengths[0], lengths[1]);
      for (const length of lengths) assert.ok(length >= least && length <= most, `${length} s`);
    });
  }

  it('fills the whole range over many seeds', () => {
    withFolder((folder) => {
      const lengths = Array.from({ length: 200 }, (_, seed) => {
        const operations = new Operations(new Store(folder, () => []), labClock(1), seededDraw(String(seed)));
        const { startedAt, endsAt } = operations.start({
          kind: 'put',
          name: 'PutVirtualNetworkGatewayOperation',
          target: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw',
          location: 'japaneast',
          generation: 1,
          locks: [],
          hintSeconds: 10,
          seconds: [1200, 2700],
        });
        operations.close();
        return ((endsAt ?? 0) - startedAt) / 1000;
      });
      const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
      assert.ok(least >= 1200 && least < 1260 && most > 2640 && most <= 2700, `${least} to ${most}`);
    });
  });

  it('depends on the seed, the resource and the operation, not on what arrives before or besides', () => {
    type Fact = readonly [of: string, seconds: number, id: string];
    /** What was drawn for each operation, and for each address. */
    const drawn = (play: (one: Bench) => void): { operations: Fact[]; addresses: unknown[] } => {
      const found: { operations: Fact[]; addresses: unknown[] } = { operations: [], addresses: [] };
      withBench((one) => {
        play(one);
        found.operations = one.world.operations
          .all()
          .filter(({ target }) => !target.includes('besides'))
          .map(({ target, name, id, startedAt, endsAt }): Fact => {
            return [`${name} ${target}`, ((endsAt ?? 0) - startedAt) / 1000, id];
          })
          .toSorted(([one], [other]) => one.localeCompare(other));
        found.addresses = one.world.store
          .list('Microsoft.Network/publicIPAddresses')
          .map(({ name, hidden }): [string, unknown] => [name, hidden['address']])
          .filter(([name]) => name !== 'besides')
          .toSorted(([one], [other]) => one.localeCompare(other));
      });
      return found;
    };
    const parts: readonly ((one: Bench) => void)[] = [
      (one) => {
        one.make(paths.vnet, bodies.vnet);
        one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
      },
      (one) => one.make(paths.address, bodies.address),
      (one) => one.make(paths.local, bodies.local),
    ];
    const hub = (one: Bench): void => {
      one.make(paths.gateway, gatewayBody());
      one.make(paths.connection, connectionBody());
      one.remove(paths.connection);
      one.make(paths.connection, connectionBody());
    };
    const there = drawn((one) => {
      for (const part of parts) part(one);
      hub(one);
    });
    const back = drawn((one) => {
      for (const [index, part] of parts.toReversed().entries()) {
        one.make(`Microsoft.Network/networkSecurityGroups/besides${index}`, { location, properties: {} });
        part(one);
        one.pass(100);
      }
      one.make('Microsoft.Network/publicIPAddresses/besides', bodies.address);
      hub(one);
    });
    assert.deepEqual(back, there);
    assert.ok(there.operations.length >= 7 && there.addresses.length === 1);
    const lengths = there.operations.map(([, seconds]) => seconds);
    assert.equal(new Set(lengths).size, lengths.length);
  });

  it('passes while a VM shows that it goes off', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      buildProbe(one);
      const power = (): string =>
        JSON.stringify(one.show(paths.vm, 'instanceView')).match(/PowerState\/\w+/)?.[0] ?? '';
      for (const [action, meanwhile, then] of [
        ['powerOff', 'stopping', 'stopped'],
        ['start', 'starting', 'running'],
        ['deallocate', 'deallocating', 'deallocated'],
      ] as const) {
        one.act(paths.vm, action);
        assert.equal(power(), `PowerState/${meanwhile}`);
        one.pass(60);
        assert.equal(power(), `PowerState/${then}`);
      }
    });
  });

  it('is forgotten with its operation once there are very many of them', () => {
    withFolder((folder) => {
      const store = new Store(folder, () => []);
      let now = 0;
      const clock = { speed: 1, now: () => now, scaled: (milliseconds: number) => milliseconds };
      const operations = new Operations(store, clock, seededDraw('x'), 10);
      const start = (): string => {
        const operation = operations.start({
          kind: 'none',
          name: 'None',
          target: '/subscriptions/s/resourceGroups/g',
          location: 'japaneast',
          generation: 1,
          locks: [],
          hintSeconds: 1,
          seconds: null,
        });
        operations.end(operation);
        return operation.id;
      };
      const first = Array.from({ length: 11 }, start);
      now += 25 * 3600 * 1000;
      const last = start();
      assert.deepEqual(
        operations.all().map(({ id }) => id),
        [last],
      );
      store.commit();
      assert.equal(new Store(folder, () => []).savedOperations().length, 1);
      assert.ok(first.every((id) => operations.get(id) === undefined));
    });
  });
});
