/** What `--More--` does with a long output: a screen at a time, searching and filtering what is left, or no more of it. */

/** How the pager talks with the client. */
export interface PagerScreen {
  /** Columns; 0 never breaks a line. */
  readonly width: number;
  /** Lines until it stops; 0 never. */
  readonly length: number;
  write(text: string): void;
  /** One key after a prompt; null: the connection is gone. */
  readKey(prompt: string): Promise<string | null>;
  /** A line after a letter that stands already; null: the connection is gone. */
  readLine(prompt: string): Promise<string | null>;
}

const MORE = ' --More-- ';
/** What wipes the prompt out. */
const WIPE = `${'\b'.repeat(MORE.length)}${' '.repeat(MORE.length)}${'\b'.repeat(MORE.length)}`;

/** Lines as the screen has room for them: IOS breaks a longer one wherever the width ends. */
function brokenAt(width: number, lines: readonly string[]): string[] {
  if (width <= 0) return [...lines];
  return lines.flatMap((line) => {
    const pieces: string[] = [];
    for (let at = 0; at < line.length || pieces.length === 0; at += width) pieces.push(line.slice(at, at + width));
    return pieces;
  });
}

/** `/text` goes on at the next line that has it, `+text` shows such lines only, `-text` the others. */
function search(kind: string, source: string, rest: readonly string[]): string[] {
  let expression: RegExp;
  try {
    expression = new RegExp(source);
  } catch {
    return [...rest];
  }
  if (kind === '+') return rest.filter((line) => expression.test(line));
  if (kind === '-') return rest.filter((line) => !expression.test(line));
  const first = rest.findIndex((line) => expression.test(line));
  return first === -1 ? [] : rest.slice(first);
}

/** Prints lines, with a stop at each full screen. */
export async function page(screen: PagerScreen, all: readonly string[]): Promise<void> {
  let rest = brokenAt(screen.width, all);
  const full = Math.max(screen.length - 1, 1);
  let room = screen.length === 0 ? rest.length : screen.length - 1;
  while (rest.length > room) {
    screen.write(`${rest.slice(0, room).join('\n')}\n`);
    rest = rest.slice(room);
    const key = await screen.readKey(MORE);
    if (key !== null && '/+-'.includes(key)) {
      const source = await screen.readLine(`${WIPE}${key}`);
      if (source === null) return;
      screen.write('filtering...\n');
      rest = search(key, source, rest);
      room = full;
      continue;
    }
    screen.write(WIPE);
    if (key === ' ') room = full;
    else if (key === '\r') room = 1;
    else return;
  }
  if (rest.length > 0) screen.write(`${rest.join('\n')}\n`);
}
