/** Lines as pieces of text with a style, so that they can be cut to the width before colours come in. */
import type { Paint, Style } from '../output.ts';

export type Piece = string | readonly [Style, string];
export type Line = readonly Piece[];

export function plainText(line: Line): string {
  return line.map(textOf).join('');
}

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece[1];
}

/** The line, painted, with no more than `width` characters and no control characters. */
export function paintLine(line: Line, width: number, paint: Paint): string {
  let left = width;
  return line
    .map((piece) => {
      const text = cut(oneLine(textOf(piece)), left);
      left -= text.length;
      return typeof piece === 'string' || text === '' ? text : paint(piece[0], text);
    })
    .join('');
}

/** The text without control characters; line breaks become blanks. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*\p{Cc}+\s*/gu, ' ');
}

/** At most `width` characters; what is cut off leaves an ellipsis. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}

/** How wide people's lines may be; without a terminal they are not cut at the screen's edge. */
export function widthOf(columns: number | undefined): number {
  return columns === undefined || columns < 20 ? 160 : columns;
}
