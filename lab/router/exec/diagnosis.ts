/** What an engineer also types on a router in use: debugging, messages, clearing counters, going on to other hosts. */
import { actor, command } from './command.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import type { Args } from '../grammar.ts';

const PRIVILEGED = 15;

/** What each kind of debugging is called when it is turned on. */
const DEBUGS: Readonly<Record<string, string>> = {
  'crypto ikev2': 'IKEv2 default debugging',
  'crypto ikev2 error': 'IKEv2 error debugging',
  'crypto ikev2 internal': 'IKEv2 internal debugging',
  'crypto ikev2 packet': 'IKEv2 packet debugging',
  'crypto isakmp': 'Crypto ISAKMP debugging',
  'crypto ipsec': 'Crypto IPSEC debugging',
  'ip icmp': 'ICMP packet debugging',
  'ip routing': 'IP routing debugging',
  'ip bgp': 'BGP debugging',
};

/** The lab's router writes no debugging output; it only says what is on. */
function debug(what: string, name: string): ExecCommand {
  return command(
    `debug ${what}`,
    ({ machine }) => {
      machine.debugs.add(name);
      return `${name} is on`;
    },
    PRIVILEGED,
  );
}

function undebug(what: string, name: string): ExecCommand {
  return command(
    `( undebug | no debug ) ${what}`,
    ({ machine }) => {
      machine.debugs.delete(name);
      return `${name} is off`;
    },
    PRIVILEGED,
  );
}

function debugNothing({ machine }: Shell): Printed {
  machine.debugs.clear();
  return 'All possible debugging has been turned off';
}

function debugging({ machine }: Shell): Printed {
  const on = [...machine.debugs].map((name) => `  ${name} is on`);
  const head =
    'IOSXE Conditional Debug Configs:\n\nConditional Debug Global State: Stop\n\n\nIOSXE Packet Tracing Configs:\n';
  return on.length === 0 ? `${head}\n` : `${head}\n\n${on.join('\n')}`;
}

/** `send log [LEVEL] TEXT` writes into the log. */
function sendLog(shell: Shell, { text = '' }: Args): Printed {
  shell.machine.log(
    `%SYS-7-USERLOG_DEBUG: Message from tty${shell.line + 1}(user id: ${shell.user}): ${text.replace(/^[0-7] /, '')}`,
  );
  return null;
}

async function clearCounters(shell: Shell, { name }: Args): Promise<Printed> {
  const which = name === undefined ? 'all interfaces' : 'this interface';
  if (await shell.confirm(`Clear "show interface" counters on ${which} [confirm]`))
    shell.machine.log(
      `%CLEAR-5-COUNTERS: Clear counter on ${name === undefined ? 'all interfaces' : `interface ${name}`} by ${actor(shell)}`,
    );
  return null;
}

/** No other host can be reached from here. */
function connect({ terminal }: Shell, { host = '' }: Args): Printed {
  terminal.write(`Trying ${host} ... \n`);
  return '% Connection timed out; remote host not responding\n';
}

const nothing = (): Printed => null;

export const DIAGNOSIS_COMMANDS: readonly ExecCommand[] = [
  ...Object.entries(DEBUGS).flatMap(([what, name]) => [debug(what, name), undebug(what, name)]),
  command('( undebug | no debug ) all', debugNothing, PRIVILEGED),
  command('show debugging', debugging),
  command('send log {text:line}', sendLog, PRIVILEGED),
  command('clear counters [ {name:if} ]', clearCounters, PRIVILEGED),
  command('clear arp-cache', nothing, PRIVILEGED),
  command('clear ip route ( * | {prefix:ip} )', nothing, PRIVILEGED),
  command('clear ip nat translation *', nothing, PRIVILEGED),
  command('clear ip bgp ( * | {neighbor:ip} ) [ soft ] [ in | out ]', nothing, PRIVILEGED),
  command('telnet {host:word}', connect),
  command('ssh [ -l {user:word} ] {host:word}', connect),
];
