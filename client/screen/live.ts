import { Spinner } from 'listr2';
import type { StatusDocument } from '../../domain/progress.ts';
import type { Output } from '../output.ts';
import type { Screen } from './screen.ts';
import { paintLine, widthOf } from './text.ts';
import { treeLines } from './tree.ts';

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const clearDown = '\u001B[J';

/** Draws the tree over its last drawing, ten times a second. Whatever ends it must call `close`: it shows the cursor again. */
export class LiveScreen implements Screen {
  private readonly output: Output;
  private readonly pace: number;
  private readonly spinner = new Spinner();
  private statuses: readonly StatusDocument[] = [];
  private noticed = '';
  private drawn = 0;
  private readonly restore = (): void => void this.output.people.write(showCursor);

  constructor(output: Output, pace: number) {
    this.output = output;
    this.pace = pace;
    output.people.write(hideCursor);
    // Also when the process ends without coming back here.
    process.once('exit', this.restore);
    this.spinner.start(() => this.draw());
  }

  show(statuses: readonly StatusDocument[]): void {
    this.statuses = statuses;
    this.noticed = '';
    this.draw();
  }

  notice(line: string): void {
    this.noticed = line;
    this.draw();
  }

  close(): void {
    this.spinner.stop();
    this.draw();
    process.off('exit', this.restore);
    this.restore();
  }

  private draw(): void {
    const { people, paint } = this.output;
    const width = widthOf(people.columns) - 1;
    // One line less than the terminal has: a drawing that scrolls could not be drawn over.
    const height = (people.rows ?? 24) - 2;
    const moment = { now: Date.now(), pace: this.pace, spinner: this.spinner.fetch() };
    const lines = treeLines(this.statuses, moment, height).map((line) => paintLine(line, width, paint));
    if (this.noticed !== '') lines.push(paintLine([['yellow', this.noticed]], width, paint));
    const up = this.drawn === 0 ? '' : `\u001B[${this.drawn}A`;
    people.write(`${up}\r${clearDown}${lines.map((line) => `${line}\n`).join('')}`);
    this.drawn = lines.length;
  }
}
