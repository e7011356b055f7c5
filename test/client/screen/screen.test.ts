/** What people see, drawn on a stream that is no terminal, or pretends to be one. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeOutput } from '../../../client/output.ts';
import { durationText, leftText, rangeText } from '../../../client/screen/duration.ts';
import { showEvidence, showLeftovers, showQuestions } from '../../../client/screen/evidence.ts';
import { makeScreen } from '../../../client/screen/make-screen.ts';
import { cut, paintLine, plainText, widthOf } from '../../../client/screen/text.ts';
import { treeLines } from '../../../client/screen/tree.ts';
import type { EvidenceDocument } from '../../../domain/evidence.ts';
import type { StatusDocument, StepState, StepView } from '../../../domain/progress.ts';
import { Recorder, recorded } from '../sitelink.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const at = (seconds: number) => Date.parse(startedAt) + seconds * 1000;
const clock = (seconds: number) => new Date(at(seconds)).toISOString();

function step(id: string, state: StepState, more: Partial<StepView> = {}): StepView {
  const begun = state === 'waiting' ? null : startedAt;
  const title = `Step ${id}`;
  return { id, title, state, attempts: 1, startedAt: begun, endedAt: null, detail: '', expectedSeconds: null, ...more };
}

function statusWith(steps: readonly StepView[], more: Partial<StatusDocument> = {}): StatusDocument {
  return {
    schema: 'sitelink.status/1',
    kind: 'hub',
    hub: 'japan',
    site: null,
    phase: 'building',
    steps,
    attention: [],
    sites: [],
    startedAt,
    evidence: null,
    leftovers: [],
    problems: [],
    notes: [],
    ...more,
  };
}

const gateway = step('gateway', 'running', { expectedSeconds: { from: 1200, to: 2700 } });

describe('durations', () => {
  it('are short', () => {
    assert.deepEqual([400, 59_400, 125_000, 3_725_000, -5].map(durationText), [
      '0 s',
      '59 s',
      '2:05',
      '1:02:05',
      '0 s',
    ]);
    const ranges = [
      { from: 2, to: 30 },
      { from: 5, to: 5 },
      { from: 0.5, to: 1.4 },
      { from: 20, to: 300 },
      { from: 1200, to: 2700 },
      { from: 600, to: 600 },
    ];
    assert.deepEqual(ranges.map(rangeText), ['2 to 30 s', '5 s', '1 s', '20 s to 5 min', '20 to 45 min', '10 min']);
  });

  it('say what is left of what was expected', () => {
    const expected = { from: 1200, to: 2700 };
    assert.equal(leftText(expected, 0), '20 to 45 min left');
    assert.equal(leftText(expected, 1500), 'at most 20 min left');
    assert.equal(leftText(expected, 3000), 'longer than usual (20 to 45 min)');
  });
});

describe('the tree of steps', () => {
  const moment = { now: at(600), pace: 1, spinner: '*' };

  it('shows each step with its time, what is left of the gateway, and what it found', () => {
    const steps = [
      step('group', 'done', { endedAt: clock(3), detail: 'ours' }),
      gateway,
      step('vm', 'attention', { detail: 'no capacity' }),
      step('late', 'waiting'),
      step('gone', 'undone', { endedAt: clock(1) }),
    ];
    const lines = treeLines([statusWith(steps)], moment, 99).map(plainText);
    assert.equal(lines[0], 'Hub japan  building  10:00');
    assert.match(lines[1] ?? '', /^ {2}\S Step group {2}3 s {2}ours$/);
    assert.equal(lines[2], '  * Step gateway  10:00  10 to 35 min left');
    assert.match(lines[3] ?? '', /Step vm {2}10:00 {2}no capacity$/);
    assert.match(lines[4] ?? '', /^ {2}\S Step late$/);
  });

  it('takes the pace of the endpoint into account', () => {
    const [, line] = treeLines([statusWith([gateway])], { ...moment, now: at(10), pace: 60 }, 99);
    assert.match(plainText(line ?? []), /10 to 35 s left/);
  });

  it('leaves out what waits and what is done where the terminal is too low', () => {
    const steps = [step('a', 'done'), step('b', 'done'), gateway, step('c', 'waiting'), step('d', 'waiting')];
    const titles = (height: number) =>
      treeLines([statusWith(steps)], moment, height)
        .map(plainText)
        .join('\n');
    assert.doesNotMatch(titles(4), /Step [cd]/);
    assert.match(titles(2), /^Hub japan.*\n.*Step gateway.*$/);
    assert.doesNotMatch(titles(1), /Step/);
  });
});

describe('a line', () => {
  it('is cut to the width before it is painted, and holds no control character', () => {
    const paint = (style: string, text: string) => `<${style}>${text}</>`;
    assert.equal(paintLine(['ab', ['red', 'cdef'], 'g'], 5, paint), 'ab<red>cd…</>');
    assert.equal(paintLine(['a\n\u001B[2Jb'], 9, paint), 'a [2Jb');
    assert.equal(cut('abc', 0), '');
    assert.deepEqual([widthOf(undefined), widthOf(3), widthOf(80)], [160, 160, 80]);
  });
});

describe('the screen on a terminal', () => {
  const terminal = (env: NodeJS.ProcessEnv = {}) => {
    const out = new Recorder({ columns: 60 });
    return { out, output: makeOutput({ json: false, env, stdout: out, stderr: new Recorder() }) };
  };

  it('draws over its last drawing, turns a spinner, and gives the cursor back', async () => {
    const { out, output } = terminal();
    const screen = makeScreen(output, 60, false);
    screen.show([statusWith([gateway])]);
    screen.notice('No worker is answering.');
    await sleep(250);
    screen.close();
    assert.ok(out.text.startsWith('\u001B[?25l'));
    assert.ok(out.text.endsWith('\u001B[?25h'));
    assert.ok(out.text.includes('\u001B[3A\r\u001B[J'), 'three lines up: title, step, notice');
    assert.ok(out.text.includes('\u001B[1mHub japan'));
    assert.match(out.text, /No worker is answering/);
  });

  it('has no colours with NO_COLOR, and is no screen where the terminal is dumb', () => {
    const { output } = terminal({ NO_COLOR: '1' });
    assert.equal(output.paint('red', 'x'), 'x');
    assert.equal(output.live, true);
    assert.equal(terminal({ TERM: 'dumb' }).output.live, false);
    assert.notEqual(terminal().output.paint('red', 'x'), 'x');
  });
});

describe('lines elsewhere', () => {
  it('come one for each change', () => {
    const { output, out } = recorded();
    const screen = makeScreen(output, 60, false);
    const group = step('group', 'running');
    screen.show([statusWith([group, gateway, step('late', 'waiting')], { notes: ['a note'] })]);
    screen.show([statusWith([group, gateway], { notes: ['a note'] })]);
    screen.notice('quiet');
    screen.notice('quiet');
    const done = step('group', 'done', { endedAt: clock(65), detail: 'ours\nalone' });
    const waits = step('gateway', 'attention', { detail: 'refused' });
    screen.show([statusWith([done, waits, step('old', 'undone')], { phase: 'attention', notes: ['a note', 'more'] })]);
    screen.close();
    const lines = out.text.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '')),
      [
        'Hub japan: Step group: begins',
        'Hub japan: Step gateway: begins (usually 20 to 45 s)',
        'Hub japan: a note',
        'Hub japan is building',
        'quiet',
        'Hub japan: Step group: done after 1:05: ours alone',
        'Hub japan: Step gateway: waits for a person: refused',
        'Hub japan: more',
        'Hub japan is attention',
      ],
    );
  });

  it('tell only the phase at first sight where the steps were told before', () => {
    const { output, out } = recorded();
    const screen = makeScreen(output, 1, true);
    screen.show([statusWith([step('group', 'running')], { notes: ['old'] })]);
    screen.show([statusWith([step('group', 'done')], { notes: ['old', 'new'] })]);
    assert.match(out.text, /^\S+ Hub japan is building\n\S+ Hub japan: Step group: done\n\S+ Hub japan: new\n$/);
  });
});

describe('evidence', () => {
  const item = { step: 'VPN gateway', source: 'GET', observedAt: startedAt };
  const document: EvidenceDocument = {
    schema: 'sitelink.evidence/1',
    hub: 'japan',
    site: 'Site01',
    dataplane: 'model',
    items: [
      { ...item, row: 7, holds: true, observed: { state: 'Succeeded', zones: ['1', '2'], none: null } },
      { ...item, row: 18, holds: false, observed: 'not reached' },
    ],
    leftovers: [{ what: '/subscriptions/x', reason: 'locked' }],
  };

  it('is a table with a verdict, and what is left', () => {
    const { output, out } = recorded();
    showEvidence(output, document);
    assert.match(out.text, /Evidence of japan\/Site01: 1 of 2 rows do not hold \(data plane: model\)/);
    assert.match(out.text, / {3}7 . VPN gateway +state Succeeded, zones \(1; 2\), none null/);
    assert.match(out.text, /Left over, to be removed by hand \(1\):\n {2}\/subscriptions\/x: locked/);
    showLeftovers(output, []);
  });

  it('is followed by the questions that wait, and what to type', () => {
    const { output, out } = recorded();
    const vm = step('vm', 'attention');
    showQuestions(output, statusWith([vm], { attention: [{ step: 'vm', question: 'no capacity' }] }));
    showQuestions(output, statusWith([vm]));
    const unknown = { kind: 'site', site: 'Site01', attention: [{ step: 'other', question: 'why' }] } as const;
    showQuestions(output, statusWith([vm], unknown));
    assert.match(out.text, /^Hub japan waits for a person at "Step vm": no capacity\n.*`npx sitelink down japan`\.\n/);
    assert.match(out.text, /at "other": why\n.*`npx sitelink resume japan\/Site01`/);
  });
});
