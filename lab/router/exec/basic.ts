import { ofKind, valueOf } from '../configuration/node.ts';
import { longDate } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { save } from './copy.ts';
import { actor, command } from './command.ts';
import type { Args } from '../grammar.ts';
import { isSecret } from '../secret.ts';

/** The commands of exec mode that are about the session and the machine. */

const PRIVILEGED = 15;
const PASSWORD_TRIES = 3;
/** What `terminal width` and `length` allow. */
const SCREEN = '0-512';

async function enable(shell: Shell): Promise<Printed> {
  const { root } = shell.machine.config;
  if (shell.privilege === PRIVILEGED) return null;
  const stored = valueOf(root, 'enable secret', 'secret') ?? valueOf(root, 'enable password', 'password');
  if (stored === null) return '% No password set';
  for (let tries = 0; tries < PASSWORD_TRIES; tries += 1) {
    const typed = await shell.ask('Password: ', false);
    if (typed === null) return null;
    if (isSecret(stored, typed)) {
      shell.privilege = PRIVILEGED;
      return null;
    }
  }
  return '% Bad secrets\n';
}

function disable(shell: Shell): Printed {
  shell.privilege = 1;
  return null;
}

function leave(shell: Shell): Printed {
  shell.leave();
  return null;
}

function holder(shell: Shell): string {
  const { lock } = shell.machine;
  return `Configuration mode locked exclusively by user '${lock?.user ?? ''}' process '${300 + (lock?.line ?? 0)}' from terminal '${(lock?.line ?? 0) + 1}'. Please try later.`;
}

/** `configure terminal`; `exclusive` also locks others out. */
export function configureTerminal(shell: Shell, exclusive = false): Printed {
  const { machine } = shell;
  if (machine.lock !== null && machine.lock !== shell) return holder(shell);
  const mode = ofKind(machine.config.root, 'configuration mode exclusive')[0];
  if (exclusive || (mode && !mode.line.endsWith('manual'))) machine.lock = shell;
  shell.print('Enter configuration commands, one per line.  End with CNTL/Z.');
  shell.enterConfigure(machine.config.top());
  return null;
}

/** `configure` alone asks where from; only the terminal is there. */
async function askConfigure(shell: Shell): Promise<Printed> {
  const typed = await shell.ask('Configuring from terminal, memory, or network [terminal]? ');
  if (typed === null) return null;
  const word = typed.trim().toLowerCase();
  return 'terminal'.startsWith(word) ? configureTerminal(shell) : '?Must be "terminal", "memory" or "network"';
}

async function erase(shell: Shell): Promise<Printed> {
  const sure = await shell.confirm(
    'Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]',
  );
  if (!sure) return null;
  shell.machine.eraseStartup();
  return '[OK]\nErase of nvram: complete';
}

async function reload(shell: Shell): Promise<Printed> {
  if (!(await offersToSave(shell))) return null;
  if (!(await shell.confirm('Proceed with reload? [confirm]'))) return null;
  shell.machine.reload('Reload Command');
  return null;
}

/** Asks about what would be lost, if anything would; false: the connection is gone. */
async function offersToSave(shell: Shell): Promise<boolean> {
  if (shell.machine.runningConfig() === shell.machine.state.startup) return true;
  const answer = await askYesNo(shell, 'System configuration has been modified. Save? [yes/no]: ');
  if (answer === true) shell.print(save(shell) ?? '');
  return answer !== null;
}

/** Yes or no, asked again until it is one of them; null: the connection is gone. */
async function askYesNo(shell: Shell, question: string): Promise<boolean | null> {
  for (;;) {
    const text = (await shell.ask(question))?.trim().toLowerCase();
    if (text === undefined) return null;
    if (text !== '' && 'yes'.startsWith(text)) return true;
    if (text !== '' && 'no'.startsWith(text)) return false;
    shell.print("% Please answer 'yes' or 'no'.");
  }
}

async function reloadIn(shell: Shell, { minutes = '0', reason = 'Reload Command' }: Args): Promise<Printed> {
  const { machine } = shell;
  if (!(await offersToSave(shell))) return null;
  const at = machine.now() + Number(minutes) * 60_000;
  shell.print(
    `Reload scheduled for ${longDate(at)} (in ${minutes} minutes) by ${actor(shell)}\nReload reason: ${reason}`,
  );
  if (!(await shell.confirm('Proceed with reload? [confirm]'))) return null;
  machine.planReload(at);
  return null;
}

function reloadCancel(shell: Shell): Printed {
  if (shell.machine.state.reloadAt === null) return '%No reload is scheduled.';
  shell.machine.planReload(null);
  return '\n\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n';
}

function clearIke({ machine }: Shell, { local, remote }: Args): Printed {
  machine.link?.clearIke({ local, remote });
  return null;
}

function clearIpsec({ machine }: Shell, { remote }: Args): Printed {
  machine.link?.clearIpsec({ remote });
  return null;
}

function clearCounters({ machine }: Shell): Printed {
  machine.link?.clearCounters();
  return null;
}

async function clearLine(shell: Shell, { line = '' }: Args): Promise<Printed> {
  if (!(await shell.confirm('[confirm]'))) return null;
  const seat = [...shell.machine.seats].find((one) => String(one.line) === line);
  seat?.kick();
  return seat === undefined ? '% Not allowed to clear current line' : ' [OK]';
}

async function clearLog(shell: Shell): Promise<Printed> {
  if (await shell.confirm('Clear logging buffer [confirm]')) shell.machine.state.log = [];
  return null;
}

function setScreen(which: 'width' | 'length'): ExecCommand['run'] {
  return ({ terminal }, { value = '0' }) => {
    terminal.screen[which] = Number(value);
    return null;
  };
}

function monitor(on: boolean): ExecCommand['run'] {
  return (shell) => {
    shell.monitors = on;
    return null;
  };
}

const nothing = (): Printed => null;

export const BASIC_COMMANDS: readonly ExecCommand[] = [
  command('enable [ {level:0-15} ]', enable, 0),
  command('disable', disable, 0),
  command('exit', leave, 0),
  command('logout', leave, 0),
  command('tclsh', (shell) => (shell.enterTcl(), null), PRIVILEGED),
  command('quit', leave, 0),
  command(`terminal width {value:${SCREEN}}`, setScreen('width')),
  command(`terminal length {value:${SCREEN}}`, setScreen('length')),
  command('terminal no length', (shell) => ((shell.terminal.screen.length = 24), null)),
  command('terminal no width', (shell) => ((shell.terminal.screen.width = 80), null)),
  command('terminal monitor', monitor(true)),
  command('terminal no monitor', monitor(false)),
  command('terminal history size {size:0-256}', nothing),
  command('configure', askConfigure, PRIVILEGED),
  command('configure terminal', (shell) => configureTerminal(shell), PRIVILEGED),
  command('configure terminal lock', (shell) => configureTerminal(shell, true), PRIVILEGED),
  command('write [ memory ]', save, PRIVILEGED),
  command('write erase', erase, PRIVILEGED),
  command('erase startup-config', erase, PRIVILEGED),
  command('reload', reload, PRIVILEGED),
  command('reload in {minutes:1-35640} [ {reason:line} ]', reloadIn, PRIVILEGED),
  command('reload cancel', reloadCancel, PRIVILEGED),
  command('clear crypto ikev2 sa [ fast | ( local {local:ip} | remote {remote:ip} )+ ]', clearIke, PRIVILEGED),
  command('clear crypto session [ ( local {local:ip} | remote {remote:ip} )+ ]', clearIke, PRIVILEGED),
  command('clear crypto sa [ peer {remote:ip} ]', clearIpsec, PRIVILEGED),
  command('clear crypto sa counters', clearCounters, PRIVILEGED),
  command('clear logging', clearLog, PRIVILEGED),
  command('clear line vty {line:0-15}', clearLine, PRIVILEGED),
];
