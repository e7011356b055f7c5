/** The layout of what a router prints: its lines with the values blanked. */

/** Words of which each router has its own: with a digit, in brackets or braces, or made of dots and signs alone. */
const VALUE = /^(?:\S*\d\S*|\([^)]*\)|\{[^}]*\}|[!.U]+)[,:]?$/;
/** A word, or a run of blanks. Brackets that hold blanks are one word. */
const PIECES = /\([^)]*\)|\{[^}]*\}|\S+|\s+/g;

/**
 * A line with each value replaced by `#`. Blanks between words of the layout stay as they are; those after a value
 * depend on its length and count as one.
 */
function template(line: string): string {
  let afterValue = false;
  const pieces = (line.trimEnd().match(PIECES) ?? []).map((piece) => {
    if (/^\s/.test(piece)) return afterValue ? ' ' : piece;
    afterValue = VALUE.test(piece);
    return afterValue ? `#${/[,:]$/.exec(piece)?.[0] ?? ''}` : piece;
  });
  return pieces.join('');
}

/** The templates of a text, each once; those of blank lines left out. */
export function templates(text: string): Set<string> {
  return new Set(
    text
      .split(/\r?\n/)
      .map(template)
      .filter((line) => line.trim() !== ''),
  );
}
