import ssh2 from 'ssh2';
import { ofKind, valueOf } from '../configuration/node.ts';
import { clockDate, elapsed, longDate } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';

/** What the router says about itself. Layouts follow public captures; figures of the hardware are those of a small VM. */

function users(shell: Shell): Printed {
  const rows = [...shell.machine.seats]
    .toSorted((left, right) => left.line - right.line)
    .map((seat) => {
      const mark = seat === shell ? '*' : ' ';
      const idle = elapsed(Math.floor((shell.machine.now() - seat.activeAt) / 1000));
      const place = `${String(seat.line + 1).padStart(3)} vty ${seat.line}`;
      return `${mark}${place.padEnd(13)} ${seat.user.padEnd(10)} idle                 ${idle} ${seat.from}`;
    });
  return [
    '    Line       User       Host(s)              Idle       Location',
    ...rows,
    '',
    '  Interface    User               Mode         Idle     Peer Address',
    '',
  ].join('\n');
}

function sessions({ machine }: Shell): Printed {
  const [cipher = ''] = listOf(machine.release.algorithms.cipher);
  const [mac = ''] = listOf(machine.release.algorithms.hmac);
  const rows = [...machine.seats]
    .toSorted((left, right) => left.line - right.line)
    .flatMap((seat) =>
      ['IN ', 'OUT'].map(
        (way) =>
          `${String(seat.line).padEnd(10)} 2.0     ${way}  ${cipher.padEnd(11)} ${mac.padEnd(12)} Session started       ${seat.user}`,
      ),
    );
  return [
    'Connection Version Mode Encryption  Hmac         State                 Username',
    ...rows,
    '%No SSHv1 server connections running.',
  ].join('\n');
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function sshServer({ machine }: Shell): Printed {
  const { algorithms } = machine.release;
  const key = ssh2.utils.parseKey(machine.state.hostKey);
  const body = key instanceof Error ? '' : key.getPublicSSH().toString('base64');
  return [
    'SSH Enabled - version 2.0',
    'Authentication methods:publickey,keyboard-interactive,password',
    `Hostkey Algorithms:${listOf(algorithms.serverHostKey).join(',')}`,
    `Encryption Algorithms:${listOf(algorithms.cipher).join(',')}`,
    `MAC Algorithms:${listOf(algorithms.hmac).join(',')}`,
    `KEX Algorithms:${listOf(algorithms.kex).join(',')}`,
    'Authentication timeout: 120 secs; Authentication retries: 3',
    'Minimum expected Diffie Hellman key size : 2048 bits',
    `IOS Keys in SECSH format(ssh-rsa, base64 encoded): ${machine.hostname}`,
    `ssh-rsa ${body}`,
  ].join('\n');
}

function logging({ machine }: Shell): Printed {
  const { log } = machine.state;
  const size = valueOf(machine.config.root, 'logging buffered', 'size') ?? '4096';
  const monitors = [...machine.seats].filter((seat) => seat.monitors).length;
  return [
    'Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)',
    '',
    'No Active Message Discriminator.',
    '',
    'No Inactive Message Discriminator.',
    '',
    '',
    `    Console logging: level debugging, ${log.length} messages logged, xml disabled,`,
    '                     filtering disabled',
    `    Monitor logging: level debugging, ${monitors === 0 ? 0 : log.length} messages logged, xml disabled,`,
    '                     filtering disabled',
    `    Buffer logging:  level debugging, ${log.length} messages logged, xml disabled,`,
    '                    filtering disabled',
    '    Exception Logging: size (4096 bytes)',
    '    Count and timestamp logging messages: disabled',
    '    Persistent logging: disabled',
    '',
    'No active filter modules.',
    '',
    `    Trap logging: level informational, ${log.length} message lines logged`,
    ...ofKind(machine.config.root, 'logging host').flatMap(({ args }) => [
      `        Logging to ${args['address'] ?? ''}  (udp port 514, audit disabled,`,
      '              link up),',
      `              ${log.length} message lines logged, `,
      '              0 message lines rate-limited, ',
      '              0 message lines dropped-by-MD, ',
      '              xml disabled, sequence number disabled',
      '              filtering disabled',
    ]),
    '        Logging Source-Interface:       VRF Name:',
    '',
    `Log Buffer (${size} bytes):`,
    '',
    ...log,
  ].join('\n');
}

function clock({ machine }: Shell): Printed {
  return `*${clockDate(machine.now())}`;
}

function reloadPlan({ machine }: Shell): Printed {
  const { reloadAt } = machine.state;
  if (reloadAt === null) return 'No reload is scheduled.';
  const minutes = Math.max(Math.ceil((reloadAt - machine.now()) / 60_000), 0);
  return `Reload scheduled for ${longDate(reloadAt)} (in ${minutes} minutes)\nReload reason: Reload Command`;
}

function terminal({ terminal: { screen }, line, machine, since }: Shell): Printed {
  const active = elapsed(Math.floor((machine.now() - since) / 1000));
  return [
    `Line ${line + 1}, Location: "", Type: "vt100"`,
    `Length: ${screen.length} lines, Width: ${screen.width} columns`,
    'Baud rate (TX/RX) is 9600/9600',
    'Status: PSI Enabled, Ready, Active, Automore On',
    'Capabilities: none',
    'Modem state: Ready',
    'Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation',
    '                ^^x    none   -     -       none         ',
    'Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch',
    '               00:10:00        never                        none     not set',
    '                            Idle Session Disconnect Warning',
    '                              never',
    '                            Login-sequence User Response',
    '                             00:00:30',
    '                            Autoselect Initial Wait',
    '                              not set',
    'Modem type is unknown.',
    'Session limit is not set.',
    `Time since activation: ${active}`,
    'Editing is enabled.',
    'History is enabled, history size is 20.',
    'DNS resolution in show commands is enabled',
    'Full user help is disabled',
    'Allowed input transports are ssh.',
    'Allowed output transports are telnet ssh.',
    'Preferred transport is ssh.',
    'No output characters are padded',
    'No special data dispatching characters',
  ].join('\n');
}

export const SYSTEM_SHOWS: readonly ExecCommand[] = [
  command('show users', users),
  command('who', users),
  command('show ssh', sessions),
  command('show ip ssh', sshServer),
  command('show logging', logging),
  command('show clock', clock),
  command('show reload', reloadPlan),
  command('show privilege', (shell) => `Current privilege level is ${shell.privilege}`),
  command('show history', (shell) =>
    shell.history
      .toReversed()
      .map((line) => `  ${line}`)
      .join('\n'),
  ),
  command('show terminal', terminal),
];
