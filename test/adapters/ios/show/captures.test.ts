/**
 * Text that real routers printed lies beside the project in some checkouts. Where it does, the parsers must return the
 * values that stand beside each text; where it does not, this is skipped.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseShow } from '../../../../adapters/ios/show/index.ts';
import { capturesFolder } from '../../../support/captures.ts';
import { skipIfListed } from '../../../support/skips.ts';

interface Capture {
  readonly command: string;
  readonly expected: unknown;
}

/** Only the members that are expected are compared; an absent one may be null; lists are sets. */
function agrees(actual: unknown, expected: unknown): boolean {
  if (expected === null) return actual === null || actual === undefined;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    const left = [...(actual as unknown[])];
    return expected.every((wanted) => {
      const at = left.findIndex((one) => agrees(one, wanted));
      return at >= 0 && left.splice(at, 1).length === 1;
    });
  }
  if (typeof expected !== 'object') return actual === expected;
  if (typeof actual !== 'object' || actual === null) return false;
  const members = actual as Record<string, unknown>;
  return Object.entries(expected).every(([name, wanted]) => agrees(members[name], wanted));
}

describe('captures of real routers', () => {
  it('are parsed to the values that stand beside them', async function () {
    await skipIfListed(this);
    const folder = capturesFolder();
    const names = readdirSync(folder).filter((name) => name.endsWith('.expected.json'));
    assert.ok(names.length > 0, `${folder} holds no capture`);
    for (const name of names) {
      const { command, expected } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Capture;
      const text = readFileSync(join(folder, name.replace('.expected.json', '.txt')), 'utf8');
      const actual = parseShow(command, text);
      if (!agrees(actual, expected)) assert.deepEqual(actual, expected, name);
    }
  });
});
