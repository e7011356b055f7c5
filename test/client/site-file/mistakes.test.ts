/** Every mistake in a site file is named, with path, value and remedy. */
import assert from 'node:assert/strict';
import { changed, problems, type Content } from './examples.ts';
import { hubMistakes } from './hub-mistakes.ts';
import { siteMistakes } from './site-mistakes.ts';

describe('a site file with one mistake', () => {
  for (const [what, name, path, value, expected] of [...hubMistakes, ...siteMistakes]) {
    it(`names ${what}`, () => {
      const found = problems(changed(name, path, value));
      assert.ok(
        found.some((line) => expected.test(line)),
        found.join('\n') || 'no problem was found',
      );
      assert.doesNotMatch(found.join('\n'), /P@ssw0rd/);
    });
  }

  it('is not hidden by another, nor followed by what it breaks in turn', () => {
    const content = changed('seed', 'hub.network.addressSpace', 'wide');
    (content['hub'] as Content)['wallpaper'] = 'blue';
    const found = problems(content);
    assert.equal(found.length, 2, found.join('\n'));
  });

  it('that leaves a value without a default is not followed by what its stand-in breaks', () => {
    const content = changed('device', 'hub.probe', undefined);
    const [site] = content['sites'] as Content[];
    delete site?.['verify'];
    const paths = problems(content).map((line) => line.split(': ', 1)[0]);
    assert.deepEqual(paths, ['sites[0].verify.fromRouter.target', 'sites[0].verify.fromRouter.source']);
  });

  it('is found in content that is no mapping at all', () => {
    for (const content of [null, 'text', 7, [], ['a']]) {
      const found = problems(content);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', /^\(the file\): .* -> begin from a copy of examples\/seed\.yaml$/);
    }
  });
});
