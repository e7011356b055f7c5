import assert from 'node:assert/strict';
import { Derived } from '../../../lab/arm/store/derived.ts';
import { textAt } from '../../../lab/arm/json.ts';
import { type Resource, Store } from '../../../lab/arm/store/store.ts';
import { withFolder } from '../../support/folder.ts';

const idOf = (name: string): string => `/subscriptions/s/resourceGroups/${name}`;

describe('what is worked out from resources', () => {
  it('is worked out again only when something that it came from has changed', () => {
    withFolder((folder) => {
      const store = new Store(folder, () => []);
      const save = (name: string, next?: string): Resource => {
        const resource: Resource = {
          id: idOf(name),
          type: 'Microsoft.Resources/resourceGroups',
          name,
          generation: 1,
          state: 'Succeeded',
          body: next === undefined ? {} : { next },
          hidden: {},
          revision: 0,
        };
        store.save(resource);
        return resource;
      };
      let worked: string[] = [];
      const chains = new Derived<string>(store, (resource) => {
        worked.push(resource.name);
        const next = resource.body['next'];
        const found = typeof next === 'string' ? store.get(idOf(next)) : undefined;
        return `${resource.name}${found === undefined ? '' : ` ${textAt(found.body, 'next') ?? 'undefined'}`}`;
      });
      const counts = new Derived<number>(store, () => store.list('Microsoft.Resources/resourceGroups').length);
      store.onChange((changed) => {
        chains.changed(changed);
        counts.changed(changed);
      });
      const [a, b] = [save('a', 'B'), save('other')];
      store.commit();
      const read = (): string[] => [chains.of(a), chains.of(b)];
      assert.deepEqual(read(), ['a', 'other']);
      assert.equal(counts.of(a), 2);
      assert.deepEqual([...read(), ...worked], ['a', 'other', 'a', 'other']);
      worked = [];
      // What was looked for and not found counts, too, whatever the case of its name.
      save('b', 'c');
      store.commit();
      assert.deepEqual([...read(), ...worked], ['a c', 'other', 'a']);
      assert.equal(counts.of(a), 3);
      worked = [];
      store.remove(idOf('b'));
      store.commit();
      assert.deepEqual([...read(), ...worked], ['a', 'other', 'a']);
      assert.equal(counts.of(a), 2);
    });
  });
});
