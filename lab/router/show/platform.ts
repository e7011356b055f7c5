/** The platform under the router: slots, licences, boot variables, lines, connections. Layouts as in public captures. */
import { ofKind, valueOf } from '../configuration/node.ts';
import { clockDate, elapsed, uptime } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';

function platform({ machine }: Shell): Printed {
  const { model } = machine.release;
  const age = elapsed(Math.floor((machine.now() - machine.state.bootedAt) / 1000));
  const slot = (name: string, state: string): string =>
    `${name.padEnd(9)} ${model.padEnd(19)} ${state.padEnd(21)} ${age}`;
  return [
    `Chassis type: ${model.padEnd(21)}`,
    '',
    'Slot      Type                State                 Insert time (ago) ',
    '--------- ------------------- --------------------- ----------------- ',
    slot('R0', 'ok, active'),
    slot('F0', 'ok, active'),
    '',
  ].join('\n');
}

function redundancy({ machine }: Shell): Printed {
  const { release, now, state } = { release: machine.release, now: machine.now(), state: machine.state };
  const up = uptime(now - state.bootedAt);
  return [
    'Redundant System Information :',
    '------------------------------',
    `       Available system uptime = ${up}`,
    'Switchovers system experienced = 0',
    '              Standby failures = 0',
    '        Last switchover reason = none',
    '',
    '                 Hardware Mode = Simplex',
    '    Configured Redundancy Mode = Non-redundant',
    '     Operating Redundancy Mode = Non-redundant',
    '              Maintenance Mode = Disabled',
    '                Communications = Down      Reason: Failure',
    '',
    'Current Processor Information :',
    '-------------------------------',
    '               Active Location = slot 6',
    '        Current Software state = ACTIVE',
    `       Uptime in current state = ${up}`,
    `                 Image Version = Cisco IOS Software [${release.train}], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version ${release.full}, RELEASE SOFTWARE (fc7)`,
    'Technical Support: http://www.cisco.com/techsupport',
    `Copyright (c) 1986-${release.built.year} by Cisco Systems, Inc.`,
    `Compiled ${release.built.text} by mcpre`,
    '                          BOOT = ',
    '                   CONFIG_FILE = ',
    '        Configuration register = 0x2102',
    '',
    "Peer (slot: 7) information is not available because it is in 'DISABLED' state",
  ].join('\n');
}

const BOOT = [
  'BOOT variable does not exist',
  'CONFIG_FILE variable does not exist',
  'BOOTLDR variable does not exist',
  'Configuration register is 0x2102',
  '',
  'Standby not ready to show bootvar',
  '',
].join('\n');

function licenceSummary({ machine }: Shell): Printed {
  const level = machine.state.licence?.level;
  const head = ['License Usage:', '  License                 Entitlement Tag               Count Status'];
  const rule = `  ${'-'.repeat(77)}`;
  return level === undefined
    ? 'License Usage:\n  No licenses in use\n'
    : [...head, rule, `  ${level.padEnd(23)} (DNA_NWStack)                     1 IN USE`, ''].join('\n');
}

function udi({ machine }: Shell): Printed {
  return `UDI: PID:${machine.release.model},SN:${machine.state.serial}\n`;
}

function lines({ machine, line }: Shell): Printed {
  const vtys = ofKind(machine.config.root, 'line vty').flatMap(({ args }) => {
    const first = Number(args['first']);
    return Array.from({ length: Number(args['last'] ?? first) - first + 1 }, (_, index) => first + index);
  });
  const row = (number: number, type: string, mine: boolean, used: boolean): string =>
    `${mine ? '*' : ' '}${String(number).padStart(7)} ${String(number).padStart(4)} ${type}               -    -      -    -    - ${String(used ? 1 : 0).padStart(5)}        0        0/0      -`;
  return [
    '   Tty Line Typ     Tx/Rx    A Modem  Roty AccO AccI  Uses    Noise  Overruns  Int',
    row(0, 'CTY', false, false),
    ...vtys.map((vty) =>
      row(
        vty + 1,
        'VTY',
        vty === line,
        [...machine.seats].some((seat) => seat.line === vty),
      ),
    ),
    '',
  ].join('\n');
}

function tcp({ machine }: Shell): Printed {
  const own = machine.dhcp.address;
  const rows = [...machine.seats].map(
    (seat, index) =>
      `7F0A5C10${(0x9a10 + index * 64).toString(16).toUpperCase()}  ${`${own}.22`.padEnd(23)} ${`${seat.from}.${51_000 + seat.line}`.padEnd(23)} ESTAB`,
  );
  return ['TCB       Local Address               Foreign Address             (state)', ...rows].join('\n');
}

function configurationLock({ machine }: Shell): Printed {
  const { lock } = machine;
  return [
    'Parser Configure Lock',
    '---------------------',
    `Owner PID         : ${lock === null ? -1 : 300 + lock.line}`,
    `User              : ${lock?.user ?? 'unknown'}`,
    `TTY               : ${lock === null ? -1 : lock.line + 1}`,
    `Type              : ${lock === null ? 'NO LOCK' : 'EXCLUSIVE'}`,
    `State             : ${lock === null ? 'FREE' : 'LOCKED'}`,
    `Class             : ${lock === null ? 'unknown' : 'Exposed'}`,
    'Count             : 0',
    'Pending Requests  : 0',
    'User debug info   : 0',
  ].join('\n');
}

function dhcpLease({ machine }: Shell): Printed {
  const { address, mask, gateway } = machine.dhcp;
  const leased = ofKind(machine.config.root, 'interface').some((node) =>
    ofKind(node, 'ip address').some((each) => each.line === 'ip address dhcp'),
  );
  if (!leased) return null;
  return [
    `Temp IP addr: ${address}  for peer on Interface: GigabitEthernet1`,
    `Temp  sub net mask: ${mask}`,
    '   DHCP Lease server: 168.63.129.16, state: 5 Bound',
    '   DHCP transaction id: D7AA0C96',
    '   Lease: 4294967295 secs,  Renewal: 2147483647 secs,  Rebind: 3758096377 secs',
    `Temp default-gateway addr: ${gateway}`,
    '   Next timer fires after: 24:00:00',
    '   Retry count: 0   Client-ID: cisco-000d.3a40.2d4d-Gi1',
    '   Client-ID hex dump: 636973636F2D303030642E336134302E',
    '                       326434642D476931',
    `   Hostname: ${machine.hostname}`,
  ].join('\n');
}

const TEMPERATURE = '% No temperature sensors on this platform';

function banner({ machine }: Shell): Printed {
  const found = ofKind(machine.config.root, 'banner').find(({ args }) => args['type'] === 'motd');
  return found === undefined ? null : (found.args['text'] ?? '').replaceAll('^C', '');
}

function httpServer({ machine }: Shell): Printed {
  const off = ofKind(machine.config.root, 'ip http server').length > 0;
  return [
    `HTTP server status: ${off ? 'Disabled' : 'Enabled'}`,
    'HTTP server port: 80',
    'HTTP server authentication method: enable',
  ].join('\n');
}

function nameServers({ machine }: Shell): Printed {
  return valueOf(machine.config.root, 'ip name-server', 'address')?.split(' ').join('\n') ?? '255.255.255.255';
}

export const PLATFORM_SHOWS: readonly ExecCommand[] = [
  command('show platform', platform),
  command('show redundancy', redundancy),
  command('show bootvar', () => BOOT),
  command('show boot', () => BOOT),
  command('show license summary', licenceSummary),
  command('show license udi', udi),
  command('show line', lines),
  command('show tcp brief', tcp),
  command('show sessions', () => '% No connections open'),
  command('show configuration lock', configurationLock, 15),
  command('show dhcp lease', dhcpLease),
  command('show environment', () => TEMPERATURE),
  command('show banner motd', banner),
  command('show calendar', ({ machine }) => clockDate(machine.now()).replace(/\.\d+/, '')),
  command('show ip http server status', httpServer),
  command('show ip name-servers', nameServers),
];
