/** `?` and Tab at a session's prompt. */
import { commandsFor } from '../exec/commands.ts';
import type { Frame } from '../configuration/configure.ts';
import { rulesOf } from '../configuration/configure.ts';
import { helper } from './help.ts';
import type { Editor } from './terminal.ts';

/** @param frames where in the configuration the session stands; null in the exec mode. */
export function lineHelp(frames: readonly Frame[] | null, privilege: number, licensed: boolean): Editor {
  if (frames === null) return helper('Exec commands', () => commandsFor(privilege), [], []);
  const mode = frames.at(-1)?.mode ?? 'config';
  return helper(
    mode === 'config' ? 'Configure commands' : 'Commands of this mode',
    (prefix) => (prefix === 'do' ? commandsFor(privilege) : rulesOf(mode, licensed)),
    ['do', 'no', 'default'],
    ['do', 'end', 'exit', 'no', 'default'],
  );
}
