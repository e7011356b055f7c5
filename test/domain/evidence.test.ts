/** The evidence document: which rows apply, how several observations become one, and when it holds. */
import assert from 'node:assert/strict';
import {
  observedText,
  evidenceDocument,
  holds,
  recordObservation,
  rowTitles,
  type EvidenceItem,
  type Row,
} from '../../domain/evidence.ts';

type Facts = Parameters<typeof evidenceDocument>[0];
const now = '2026-11-25T08:00:00.000Z';
const allRows = Array.from({ length: 19 }, (_, index) => (index + 1) as Row);

function seen(row: Row, more: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    row,
    step: rowTitles[row],
    holds: true,
    observed: { row },
    source: `GET ${row}`,
    observedAt: '2026-11-25T07:00:00.000Z',
    ...more,
  };
}

function document(more: Partial<Facts> = {}) {
  return evidenceDocument({
    hub: 'japan',
    site: 'Site01',
    routerKind: 'azure-vm',
    probe: true,
    tornDown: false,
    observations: [],
    leftovers: [],
    now,
    ...more,
  });
}

const complete = (rows: Row[]) => [...rows.map((row) => seen(row)), seen(1, { source: 'GET the group of the site' })];

describe('the rows that apply', () => {
  const core = [1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18];
  const sorted = (rows: number[]) => rows.toSorted((a, b) => a - b);
  for (const routerKind of ['azure-vm', 'device'] as const) {
    for (const probe of [true, false]) {
      for (const tornDown of [true, false]) {
        const name = `${routerKind}, ${probe ? 'a' : 'no'} probe, ${tornDown ? 'torn down' : 'standing'}`;
        it(`to ${name} are the ones that the file asks for`, () => {
          const expected = [...core];
          if (routerKind === 'azure-vm') expected.push(2, 3, 4);
          if (probe) expected.push(15, 16, 17);
          if (tornDown) expected.push(19);
          const facts = { routerKind, probe, tornDown };
          assert.deepEqual(
            document(facts).items.map((item) => item.row),
            sorted(expected),
          );
        });
      }
    }
  }

  it('have 19 titles, no two alike', () => {
    assert.deepEqual(Object.keys(rowTitles).map(Number), allRows);
    assert.equal(new Set(Object.values(rowTitles)).size, 19);
  });
});

describe('an evidence document', () => {
  it('says of each row that the run did not come to that it was not reached', () => {
    const { items, ...rest } = document();
    assert.deepEqual(rest, {
      schema: 'sitelink.evidence/1',
      hub: 'japan',
      site: 'Site01',
      dataplane: null,
      leftovers: [],
    });
    for (const item of items) {
      assert.deepEqual(item, {
        row: item.row,
        step: rowTitles[item.row],
        holds: false,
        observed: 'not reached',
        source: 'sitelink',
        observedAt: now,
      });
    }
  });

  it('keeps a single observation as it was made', () => {
    const made = seen(7, { observed: { provisioningState: 'Succeeded' }, source: 'GET VnetGw' });
    assert.deepEqual(
      document({ observations: [made] }).items.find((item) => item.row === 7),
      made,
    );
  });

  it('is in the order of the rows, whatever the order of the observations', () => {
    const observations = complete(allRows).toReversed();
    const rows = document({ observations, tornDown: true }).items.map((item) => item.row);
    assert.deepEqual(rows, allRows);
  });

  it('leaves out observations of rows that do not apply', () => {
    const rows = document({ observations: complete(allRows), routerKind: 'device', probe: false }).items;
    assert.deepEqual(
      rows.filter(({ row }) => [2, 3, 4, 15, 16, 17, 19].includes(row)),
      [],
    );
  });

  it('makes one item of several observations, with all that was seen and the latest time', () => {
    const observations = [
      seen(3, { observed: 'VM running', source: 'GET router210', observedAt: '2026-11-25T07:03:00.000Z' }),
      seen(3, { observed: 'SSH answers', source: 'router210', observedAt: '2026-11-25T07:02:00.000Z' }),
    ];
    assert.deepEqual(
      document({ observations }).items.find((item) => item.row === 3),
      {
        row: 3,
        step: 'Router VM',
        holds: true,
        observed: ['VM running', 'SSH answers'],
        source: 'GET router210; router210',
        observedAt: '2026-11-25T07:03:00.000Z',
      },
    );
  });

  for (const which of [0, 1]) {
    it(`does not hold in a row if observation ${which + 1} of two does not`, () => {
      const observations = [0, 1].map((one) => seen(13, { source: `look ${one}`, holds: one !== which }));
      assert.equal(document({ observations }).items.find((item) => item.row === 13)?.holds, false);
    });
  }

  /** Kind of router, groups seen, holds. */
  const groups: ['azure-vm' | 'device', number, boolean][] = [
    ['azure-vm', 0, false],
    ['azure-vm', 1, false],
    ['azure-vm', 2, true],
    ['device', 0, false],
    ['device', 1, true],
  ];
  for (const [routerKind, count, expected] of groups) {
    it(`${expected ? 'holds' : 'does not hold'} in row 1 with ${count} groups for ${routerKind}`, () => {
      const observations = Array.from({ length: count }, (_, index) => seen(1, { source: `group ${index}` }));
      const [first] = document({ observations, routerKind }).items;
      assert.equal(first?.row, 1);
      assert.equal(first.holds, expected);
    });
  }

  it('lists what is left over', () => {
    const leftovers = [{ what: '/subscriptions/s', reason: 'a lock' }];
    assert.deepEqual(document({ leftovers }).leftovers, leftovers);
  });
});

describe('the proof', () => {
  const all = complete(allRows);
  it('holds when each row that applies holds and nothing is left over', () => {
    assert.equal(holds(document({ observations: all })), true);
    assert.equal(holds(document({ observations: all, tornDown: true })), true);
    assert.equal(holds(document({ observations: all, routerKind: 'device', probe: false })), true);
  });

  for (const row of allRows) {
    it(`fails when row ${row} does not hold, or was not reached`, () => {
      const others = all.filter((item) => item.row !== row);
      const failed = [...others, seen(row, { holds: false })];
      assert.equal(holds(document({ observations: failed, tornDown: true })), false);
      assert.equal(holds(document({ observations: others, tornDown: true })), false);
    });
  }

  it('fails when something is left over', () => {
    const leftovers = [{ what: 'interface Tunnel11', reason: 'the router did not answer' }];
    assert.equal(holds(document({ observations: all, leftovers })), false);
  });

  it('does not fail for a row that the file does not ask for', () => {
    const observations = [...all, seen(17, { holds: false, source: 'another look' })];
    assert.equal(holds(document({ observations })), false);
    assert.equal(holds(document({ observations, probe: false })), true);
  });
});

describe('an observation', () => {
  it('is one line for a person', () => {
    const seen = [null, 7, true, ['a', { b: 1, c: { d: 'e' } }]];
    assert.deepEqual(seen.map(observedText), ['null', '7', 'true', 'a; b 1, c (d e)']);
  });
});

describe('recording an observation', () => {
  const before = [seen(9), seen(13), seen(13, { source: 'counters' })];
  it('adds one from another source, or of another row', () => {
    assert.equal(recordObservation(before, seen(13, { source: 'third' })).length, 4);
    assert.equal(recordObservation(before, seen(14, { source: 'GET 13' })).length, 4);
  });
  it('replaces the one of the same row and source, and leaves the list it was given', () => {
    const later = seen(13, { holds: false });
    assert.deepEqual(recordObservation(before, later), [before[0], before[2], later]);
    assert.equal(before.length, 3);
    assert.equal(before[1]?.holds, true);
  });
  it('begins with an empty list', () => assert.deepEqual(recordObservation([], seen(1)), [seen(1)]));
});
