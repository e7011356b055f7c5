/** Which parser a command asks for: CLI text as people type it, or the name of a kind of capture. */

/** The words of a command in full, and the same words where options may stand between the first and the last of them. */
export interface KnownCommand {
  readonly words: string;
  /** The last word may follow later: `show ip bgp vpnv4 vrf RED summary`. */
  readonly optionsBeforeLast?: boolean;
}

/**
 * Command words in lower case: without a prompt, without `do` and without what stands behind a pipe. A capture's name
 * counts too, also with its number and its ending (`001-show-crypto-ikev2-sa.txt`).
 */
export function wordsOf(command: string): string[] {
  const typed = command
    .split('|')[0]!
    .trim()
    .replace(/^[\w.\-@/:+]+(?:\([^()\s]+\))?[>#]\s*/, '')
    .toLowerCase();
  const name = typed.replace(/^\d+-/, '').replace(/\.(?:txt|raw|log)$/, '');
  if (name === 'config-reply') return [name];
  const words = /\s/.test(typed) || !name.includes('-') ? typed.split(/\s+/) : name.split('-');
  return words[0] === 'do' ? words.slice(1) : words;
}

/** Whether the words may stand for the command: each is the beginning of its word, and more words may follow. */
export function fits(typed: readonly string[], { words: full, optionsBeforeLast = false }: KnownCommand): boolean {
  const words = full.split(' ');
  // No command of IOS: only the name of a capture.
  if (full === 'config-reply') return typed.length === 1 && typed[0] === full;
  // `write` alone saves; any other command is typed in full length.
  if (typed.length < words.length && !(full === 'write memory' && typed.length === 1)) return false;
  const begins = (word: string | undefined, whole: string): boolean =>
    word !== undefined && word !== '' && whole.startsWith(word);
  if (!optionsBeforeLast) {
    return typed.slice(0, words.length).every((word, index) => begins(word, words[index]!));
  }
  const last = words.at(-1)!;
  return (
    words.slice(0, -1).every((word, index) => begins(typed[index], word)) &&
    typed.slice(words.length - 1).some((word) => word.length > 1 && begins(word, last))
  );
}

/** Whether the command keeps the lines with packet counters and leaves out whose they are. */
export function includesPackets(command: string): boolean {
  return /\|\s*i\S*\s.*(?:pkt|encap|decap|crypt|digest|verify)|-include-pkts?(?:\.\w+)?$/i.test(command);
}
