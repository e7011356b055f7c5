import assert from 'node:assert/strict';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import { refused, textOf, withBench } from './world.ts';

const csrPlan = { publisher: 'cisco', product: 'cisco-csr-1000v', name: '17_3_3-byol' };
const terms =
  'providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current';

describe('the lab’s marketplace and images', () => {
  const versions = (offer: string, sku: string): string =>
    `providers/Microsoft.Compute/locations/japaneast/publishers/${offer.startsWith('cisco') ? 'cisco' : 'Canonical'}/artifacttypes/vmimage/offers/${offer}/skus/${sku}/versions`;

  it('list the versions of an image, and show one with its plan', () => {
    withBench((one) => {
      const list = one.ask('GET', versions('cisco-csr-1000v', '17_3_3-byol'), undefined, '$top=1').body as JsonObject[];
      const name = textOf(list[0]?.['name']);
      assert.match(name, /^17\.3\.3/);
      const image = one.ask('GET', `${versions('cisco-csr-1000v', '17_3_3-byol')}/${name}`).body as JsonObject;
      assert.deepEqual(at(image, 'properties.plan'), csrPlan);
      assert.equal(at(image, 'properties.osDiskImage.operatingSystem'), 'Linux');
      const linux = one.ask('GET', versions('0001-com-ubuntu-server-jammy', '22_04-lts')).body as JsonObject[];
      const shown = one.ask(
        'GET',
        `${versions('0001-com-ubuntu-server-jammy', '22_04-lts')}/${textOf(linux[0]?.['name'])}`,
      );
      assert.equal(at(shown.body as JsonObject, 'properties.plan'), undefined);
      refused('NotFound', () => one.ask('GET', versions('UbuntuServer', '18.04-LTS')));
      refused('NotFound', () => one.ask('GET', `${versions('cisco-csr-1000v', '17_3_3-byol')}/1.0.0`));
    });
  });

  it('know the terms of what is sold, and of nothing else', () => {
    withBench((one) => {
      const gone = terms.replace('17_3_3-byol', '3_16-byol');
      assert.equal(refused('ResourceNotFound', () => one.ask('GET', gone)).status, 404);
      const c8000v = terms.replace('cisco-csr-1000v', 'cisco-c8000v-byol').replace('17_3_3-byol', '17_15_01a-byol');
      assert.equal(at(one.ask('GET', c8000v).body as JsonObject, 'properties.plan'), '17_15_01a-byol');
    });
  });

  it('list sizes and regions', () => {
    withBench((one) => {
      const skus = one.ask('GET', 'providers/Microsoft.Compute/skus', undefined, "$filter=location eq 'japanwest'");
      const all = (skus.body as { value: JsonObject[] }).value;
      assert(all.some((sku) => sku['name'] === 'Standard_D2_v5' && at(sku, 'locations.0') === 'japanwest'));
      const everywhere = one.ask('GET', 'providers/Microsoft.Compute/skus').body as { value: JsonObject[] };
      assert(everywhere.value.length > all.length);
      const sizes = one.ask('GET', 'providers/Microsoft.Compute/locations/japaneast/vmSizes').body as JsonObject;
      assert.equal(at(sizes, 'value.0.name'), 'Standard_B1s');
      const regions = one.ask('GET', 'locations').body as { value: JsonObject[] };
      assert(regions.value.some((region) => region['name'] === 'japaneast'));
    });
  });
});
