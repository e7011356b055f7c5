import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';

/** The machine's parts and what they are busy with. The figures are fixed: those of a small VM that has little to do. */

function inventory({ machine }: Shell): Printed {
  const { release, state } = machine;
  const { model, product } = release;
  return [
    `NAME: "Chassis", DESCR: "Cisco ${product} Chassis"`,
    `PID: ${model.padEnd(18)}, VID: V00  , SN: ${state.serial}`,
    '',
    `NAME: "module R0", DESCR: "Cisco ${product} Route Processor"`,
    `PID: ${model.padEnd(18)}, VID: V00  , SN: JAB1303001C`,
    '',
    `NAME: "module F0", DESCR: "Cisco ${product} Embedded Services Processor"`,
    `PID: ${model.padEnd(18)}, VID:      , SN:            `,
    '',
  ].join('\n');
}

const MEMORY = [
  '                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)',
  'Processor  7F4A6B9C3010   2072134736   291420644   1780714092   1460217416   1048575908',
  'lsmpi_io  7F4A6AFFF1A8     6295128     6294304         824         824         412',
].join('\n');

const PROCESSES = [
  'CPU utilization for five seconds: 1%/0%; one minute: 1%; five minutes: 1%',
  ' PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process ',
  '   1           6          22        272  0.00%  0.00%  0.00%   0 Chunk Manager    ',
  '   2        1210        4310        280  0.00%  0.01%  0.00%   0 Load Meter       ',
].join('\n');

const POOLS = [
  'Processor Pool Total: 2072134736 Used:  291420644 Free: 1780714092',
  ' lsmpi_io Pool Total:    6295128 Used:    6294304 Free:        824',
  '',
  ' PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process',
  '   0   0  228563616   48212008  164270752          0          0 *Init*          ',
  '   1   0    1533936          0    1578936          0          0 Chunk Manager   ',
  '                                  165849688 Total',
].join('\n');

export const HARDWARE_SHOWS: readonly ExecCommand[] = [
  command('show inventory', inventory),
  command('show memory statistics', () => MEMORY),
  command('show processes cpu [ sorted ]', () => PROCESSES),
  command('show processes memory [ sorted ]', () => POOLS),
  command('show snmp', () => '%SNMP agent not enabled'),
  command('show snmp user', () => null),
];
