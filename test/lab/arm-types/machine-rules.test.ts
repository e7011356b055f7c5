import assert from 'node:assert/strict';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import { osOf, powerOf } from '../../../lab/arm/types/machine-power.ts';
import type { Resource } from '../../../lab/arm/store/store.ts';
import { bodies, buildProbe, csr, idOf, location, nicBody, paths, ubuntu, vmBody } from './samples.ts';
import { type Bench, refused, withBench, textOf } from './world.ts';

const csrPlan = { publisher: 'cisco', product: 'cisco-csr-1000v', name: '17_3_3-byol' };
const router = (plan: JsonObject | undefined = csrPlan, more: JsonObject = {}): JsonObject => ({
  ...vmBody(more, csr),
  ...(plan === undefined ? {} : { plan }),
});
const terms =
  'providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current';

function withNic(one: Bench): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.address, bodies.address);
  one.make(
    paths.nic,
    nicBody({ publicIPAddress: { id: idOf(paths.address), properties: { deleteOption: 'Delete' } } }),
  );
}

function acceptTerms(one: Bench): void {
  const read = one.ask('GET', terms).body as JsonObject;
  const accepted = { ...read, properties: { ...(read['properties'] as JsonObject), accepted: true } };
  assert.equal(at(one.ask('PUT', terms, accepted).body as JsonObject, 'properties.accepted'), true);
}

const machine = (one: Bench): Resource => {
  const vm = one.world.store.get(idOf(paths.vm));
  assert(vm !== undefined);
  return vm;
};

const osProfile = (more: JsonObject): JsonObject => ({
  osProfile: { computerName: 'linux010', adminUsername: 'azureuser', ...more },
});
const keyed = (keyData: string): JsonObject =>
  osProfile({ linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ keyData }] } } });

describe('the lab’s virtual machines', () => {
  const refusals: readonly [what: string, code: string, body: JsonObject][] = [
    ['a size that is none', 'InvalidParameter', vmBody({ hardwareProfile: { vmSize: 'Huge' } })],
    ['no image', 'InvalidParameter', vmBody({ storageProfile: {} })],
    [
      'data disks',
      'NotModelled',
      vmBody({ storageProfile: { imageReference: ubuntu, dataDisks: [{ lun: 0, createOption: 'Empty' }] } }),
    ],
    ['no osProfile', 'InvalidParameter', vmBody({ osProfile: null })],
    [
      'an image that is not there',
      'PlatformImageNotFound',
      vmBody({}, { ...ubuntu, offer: 'UbuntuServer', sku: '18.04-LTS' }),
    ],
    ['a version that is not there', 'PlatformImageNotFound', vmBody({}, { ...ubuntu, version: '1.2.3' })],
    ['no key and no password', 'InvalidParameter', vmBody(osProfile({}))],
    ['a key that is none', 'InvalidParameter', vmBody(keyed('ssh-dss AAAA'))],
    ['an unknown priority', 'InvalidParameter', vmBody({ priority: 'Cheap' })],
    ['an eviction policy without Spot', 'OperationNotAllowed', vmBody({ evictionPolicy: 'Deallocate' })],
    ['no NIC', 'InvalidParameter', vmBody({ networkProfile: {} })],
    [
      'a NIC by another id',
      'LinkedInvalidPropertyId',
      vmBody({ networkProfile: { networkInterfaces: [{ id: 'Nic' }] } }),
    ],
    ['a NIC that is not there', 'InvalidResourceReference', vmBody({}, ubuntu, `${paths.nic}9`)],
    ['a plan it does not need', 'VMMarketplaceInvalidInput', { ...vmBody(), plan: csrPlan }],
    ['a market image without its plan', 'VMMarketplaceInvalidInput', vmBody({}, csr)],
    ['another plan than the image’s', 'VMMarketplaceInvalidInput', router({ ...csrPlan, name: '17_3_4a-byol' })],
    ['terms that nobody accepted', 'MarketplacePurchaseEligibilityFailed', router()],
    [
      'a plan that is no longer sold',
      'ResourcePurchaseValidationFailed',
      { ...vmBody({}, { ...csr, sku: '3_16-byol' }), plan: { ...csrPlan, name: '3_16-byol' } },
    ],
  ];
  for (const [what, code, body] of refusals) {
    it(`refuse ${what}: ${code}`, () => {
      withBench((one) => {
        withNic(one);
        const properties = body['properties'] as JsonObject;
        if (properties['osProfile'] === null) delete properties['osProfile'];
        refused(code, () => one.begin(paths.vm, body));
        assert.deepEqual(one.world.store.list('Microsoft.Compute/disks'), []);
      });
    });
  }

  it('run only when their operation ends, 30 to 90 seconds later', () => {
    withBench((one) => {
      withNic(one);
      const operation = one.begin(paths.vm, vmBody());
      const seconds = ((operation?.endsAt ?? 0) - (operation?.startedAt ?? 0)) / 1000;
      assert(seconds >= 30 && seconds <= 90, `${seconds} s`);
      assert.equal(machine(one).state, 'Creating');
      assert.equal(powerOf(machine(one)), 'starting');
      assert.equal(machine(one).hidden['bootedAt'], null);
      assert.equal(refused('Conflict', () => one.begin(paths.vm, vmBody())).status, 409);
      one.pass(90);
      assert.equal(powerOf(machine(one)), 'running');
      assert.equal(machine(one).hidden['bootedAt'], one.world.clock.now());
      const view = one.show(paths.vm, 'instanceView');
      assert.equal(at(view, 'properties.instanceView.statuses.1.code'), 'PowerState/running');
      assert.equal(at(one.show(paths.vm), 'properties.instanceView'), undefined);
      const nic = one.show(paths.nic);
      assert.equal(at(nic, 'properties.virtualMachine.id'), idOf(paths.vm));
      assert.match(textOf(at(nic, 'properties.macAddress')), /^00-0D-3A-/);
    });
  });

  it('are a router or a Linux machine by their image, once its terms are accepted', () => {
    withBench((one) => {
      withNic(one);
      assert.equal(at(one.ask('GET', terms).body as JsonObject, 'properties.accepted'), false);
      refused('BadRequest', () => one.ask('PUT', terms, { properties: { accepted: true } }));
      acceptTerms(one);
      assert.equal(at(one.ask('GET', terms).body as JsonObject, 'properties.accepted'), true);
      one.make(paths.vm, router(csrPlan, { priority: 'Spot', billingProfile: { maxPrice: -1 } }));
      assert.equal(osOf(machine(one)), 'ios-xe');
      const exact = at(one.show(paths.vm), 'properties.storageProfile.imageReference.exactVersion');
      assert.match(textOf(exact), /^17\.3\.3/);
    });
  });

  it('need no terms in 2021, where UbuntuServer 18.04 could be had too', () => {
    withBench((one) => {
      withNic(one);
      one.make(paths.vm, router());
      one.remove(paths.vm);
      one.make(paths.vm, vmBody({}, { ...ubuntu, offer: 'UbuntuServer', sku: '18.04-LTS' }));
      assert.equal(osOf(machine(one)), 'linux');
    }, '2021');
  });

  it('take with them what their delete options say', () => {
    withBench((one) => {
      withNic(one);
      const nics = [{ id: idOf(paths.nic), properties: { primary: true, deleteOption: 'Delete' } }];
      one.make(paths.vm, vmBody({ networkProfile: { networkInterfaces: nics } }));
      const [disk] = one.world.store.list('Microsoft.Compute/disks');
      assert(disk !== undefined);
      assert.equal(at(one.show(`Microsoft.Compute/disks/${disk.name}`), 'properties.diskState'), 'Attached');
      refused('NicInUse', () => one.remove(paths.nic));
      refused('OperationNotAllowed', () => one.remove(`Microsoft.Compute/disks/${disk.name}`));
      one.remove(paths.vm);
      assert.deepEqual(one.world.store.list('Microsoft.Compute/disks'), []);
      assert.deepEqual(one.world.store.list('Microsoft.Network/networkInterfaces'), []);
      assert.deepEqual(one.world.store.list('Microsoft.Network/publicIPAddresses'), []);
    });
  });

  it('leave NIC and disk behind without, and do not take over the disk of an earlier one', () => {
    withBench((one) => {
      withNic(one);
      const image = { imageReference: ubuntu, osDisk: { name: 'os', createOption: 'FromImage' } };
      one.make(paths.vm, vmBody({ storageProfile: image }));
      one.remove(paths.vm);
      assert.equal(at(one.show('Microsoft.Compute/disks/os'), 'properties.diskState'), 'Unattached');
      one.show(paths.nic);
      refused('ConflictingUserInput', () => one.begin(paths.vm, vmBody({ storageProfile: image })));
      one.remove('Microsoft.Compute/disks/os');
      one.make(paths.vm, vmBody({ storageProfile: image }));
    });
  });

  it('share no NIC, and change neither priority nor name', () => {
    withBench((one) => {
      buildProbeIn(one);
      refused('NicInUse', () => one.begin(`${paths.vm}b`, vmBody()));
      refused('PropertyChangeNotAllowed', () => one.begin(paths.vm, vmBody(keyedAs('other'))));
      one.make(paths.vm, { ...vmBody(), tags: { a: 'b' } });
      assert.equal(powerOf(machine(one)), 'running');
    });
  });

  it('are switched: off, on, deallocated, restarted', () => {
    withBench((one) => {
      buildProbeIn(one);
      const turns: readonly [action: string, meanwhile: string, then: string][] = [
        ['restart', 'starting', 'running'],
        ['start', 'running', 'running'],
        ['powerOff', 'stopped', 'stopped'],
        ['start', 'starting', 'running'],
        ['deallocate', 'stopped', 'deallocated'],
      ];
      for (const [action, meanwhile, then] of turns) {
        assert.equal(one.act(paths.vm, action).status, 202, action);
        assert.equal(powerOf(machine(one)), meanwhile, action);
        refused('Conflict', () => one.act(paths.vm, action));
        one.pass(60);
        assert.equal(powerOf(machine(one)), then, action);
        const view = one.act(paths.vm, 'instanceView', undefined, 'GET').body as JsonObject;
        assert.equal(at(view, 'statuses.1.code'), `PowerState/${then}`);
      }
      refused('OperationNotAllowed', () => one.act(paths.vm, 'restart'));
      refused('HttpMethodNotAllowed', () => one.act(paths.vm, 'start', undefined, 'GET'));
    });
  });

  for (const [policy, left] of [
    ['Deallocate', 'deallocated'],
    ['Delete', null],
  ] as const) {
    it(`are evicted as their policy ${policy} says`, () => {
      withBench((one) => {
        withNic(one);
        one.make(paths.vm, vmBody({ priority: 'Spot', evictionPolicy: policy }));
        assert.equal(one.act(paths.vm, 'simulateEviction').status, 204);
        assert.equal(powerOf(machine(one)), 'running');
        one.pass(300);
        assert.equal(powerOf(machine(one)), 'deallocated');
        one.pass(300);
        const vm = one.world.store.get(idOf(paths.vm));
        assert.equal(vm === undefined ? null : powerOf(vm), left);
      });
    });
  }

  it('are not evicted unless they are Spot', () => {
    withBench((one) => {
      buildProbeIn(one);
      refused('OperationNotAllowed', () => one.act(paths.vm, 'simulateEviction'));
    });
  });

  it('have disks that can be made alone', () => {
    withBench((one) => {
      const path = 'Microsoft.Compute/disks/data';
      refused('InvalidParameter', () => one.begin(path, { location, properties: {} }));
      one.make(path, { location, properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8 } });
      assert.equal(at(one.show(path), 'properties.diskSizeGB'), 8);
      one.remove(path);
    });
  });
});

function buildProbeIn(one: Bench): void {
  one.make(paths.vnet, bodies.vnet);
  buildProbe(one);
}

function keyedAs(computerName: string): JsonObject {
  const { osProfile: profile } = vmBody()['properties'] as { osProfile: JsonObject };
  return { osProfile: { ...profile, computerName } };
}
