/** The processes of a demo: recorded, guarded, and ended in the order in which they need one another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../failure.ts';
import type { Output } from '../output.ts';
import { howItEnded, textFrom, type Ending } from '../processes/child.ts';
import { startGuardian, type Guardian } from '../processes/guardian.ts';
import { identify, isRunning, type ProcessIdentity } from '../processes/identity.ts';
import { readPids, writePids, type DemoFiles, type Pids } from '../processes/state.ts';

interface Member {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<Ending>;
  stop(): Promise<void>;
}

class MemberLost extends CommandFailed {
  private readonly complaints: readonly string[];

  constructor(name: string, ending: Ending, logFile: string, lines: readonly string[]) {
    super(`The demo's ${name} ended by itself with ${howItEnded(ending)}; its log: ${logFile}`);
    this.complaints = lines;
  }

  override details(): readonly string[] {
    return this.complaints.map((line) => `  ${line}`);
  }
}

/** The last lines of a log that are warnings or errors. */
function complaints(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /\b(warn|warning|error|fatal|panic)\b/i.test(line))
    .slice(-3)
    .map((line) => line.trim().slice(0, 300));
}

export class Staff {
  /** Aborted, with the reason, when a process ends that should not. */
  readonly lost = new AbortController();
  private readonly files: DemoFiles;
  private readonly guardian: Guardian = startGuardian();
  private readonly members: Member[] = [];
  private pids: Pids = {};
  private dismissed = false;

  constructor(files: DemoFiles) {
    this.files = files;
  }

  /** Takes the folder for this demo. Throws `CommandFailed` if another one is alive; ends what a dead one left. */
  async takeOver(output: Output): Promise<void> {
    const { demo, ...others } = await readPids(this.files);
    if (demo !== undefined && demo.pid !== process.pid && (await isRunning(demo))) {
      throw new CommandFailed(
        `A demo runs already in ${this.files.folder} (process ${demo.pid}): end it with Ctrl-C there, or set SITELINK_STATE to another folder.`,
      );
    }
    for (const [name, identity] of Object.entries(others)) await endLeftover(output, name, identity);
    await this.record('demo', process.pid);
  }

  async add(member: Member, logFile: string): Promise<void> {
    this.guardian.add(member.pid);
    this.members.push(member);
    void member.ended.then(async (ending) => {
      this.guardian.gone(member.pid);
      if (this.dismissed) return;
      const text = await textFrom(logFile, 0).catch(() => '');
      this.lost.abort(new MemberLost(member.name, ending, logFile, complaints(text)));
    });
    await this.record(member.name, member.pid);
  }

  /** Ends every process, the last one first. */
  async dismiss(): Promise<void> {
    this.dismissed = true;
    for (const member of this.members.toReversed()) await member.stop();
    await this.guardian.farewell();
    // Only if the folder is ours: another demo's record must stay.
    if (this.pids['demo'] !== undefined) await writePids(this.files, {});
  }

  private async record(name: string, pid: number): Promise<void> {
    const identity = await identify(pid);
    if (identity === null) return;
    this.pids = { ...this.pids, [name]: identity };
    await writePids(this.files, this.pids);
  }
}

async function endLeftover(output: Output, name: string, identity: ProcessIdentity): Promise<void> {
  if (!(await isRunning(identity))) return;
  output.line(`Ending what an earlier demo left running: ${name}, process ${identity.pid}.`);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    tryKill(identity.pid, signal);
    for (let waited = 0; waited < 5_000 && (await isRunning(identity)); waited += 100) await sleep(100);
  }
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended a moment ago.
  }
}
