/**
 * Ends children whose parent died without a chance to do so (`kill -9`). A shell that holds the other end of a pipe:
 * when the pipe closes without a word of farewell, it ends the processes that it was told of.
 */
import { spawn } from 'node:child_process';

// Without `detached` Ctrl-C would end it first; the traps are for a terminal that is closed.
const SCRIPT = `
trap '' HUP INT
pids=
while read -r word pid; do
  case $word in
    add) pids="$pids $pid" ;;
    gone) kept=; for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done; pids=$kept ;;
    farewell) exit 0 ;;
  esac
done
[ -z "$pids" ] && exit 0
kill -TERM $pids 2>/dev/null
for tick in 1 2 3 4 5 6 7 8 9 10; do
  left=
  for one in $pids; do kill -0 "$one" 2>/dev/null && left=1; done
  [ -z "$left" ] && exit 0
  sleep 0.5
done
kill -KILL $pids 2>/dev/null
`;

export interface Guardian {
  add(pid: number): void;
  /** This process has ended; its id may soon be another's. */
  gone(pid: number): void;
  /** Nothing is left to guard; it ends. */
  farewell(): Promise<void>;
}

export function startGuardian(): Guardian {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
    shell.once('error', () => resolve());
  });
  // A guardian that died cannot be told anything; its wards are ended by us all the same.
  shell.stdin.on('error', () => undefined);
  shell.unref();
  const tell = (line: string) => void shell.stdin.write(`${line}\n`);
  return {
    add: (pid) => tell(`add ${pid}`),
    gone: (pid) => tell(`gone ${pid}`),
    farewell: async () => {
      shell.ref();
      tell('farewell -');
      shell.stdin.end();
      await ended;
    },
  };
}
