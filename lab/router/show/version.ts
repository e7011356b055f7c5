import { longDate, uptime } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Machine } from '../machine.ts';
import type { Release } from '../release.ts';

/** `show version`: layouts follow public captures of each kind; figures of the hardware are those of a small VM. */

const LEGAL = `This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.
Importers, exporters, distributors and users are responsible for
compliance with U.S. and local country laws. By using this product you
agree to comply with applicable laws and regulations. If you are unable
to comply with U.S. and local laws, return this product immediately.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.
`;

const GPL = `All rights reserved.  Certain components of Cisco IOS-XE software are
licensed under the GNU General Public License ("GPL") Version 2.0.  The
software code licensed under GPL Version 2.0 is free software that comes
with ABSOLUTELY NO WARRANTY.  You can redistribute and/or modify such
GPL code under the terms of GPL Version 2.0.  For more details, see the
documentation or "License Notice" file accompanying the IOS-XE software,
or the applicable URL provided on the flyer accompanying the IOS-XE
software.
`;

/** What a router of IOS 15 says of its software. */
function classicHead({ full }: Release): string[] {
  return [
    `Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version ${full}, RELEASE SOFTWARE (fc1)`,
    'Technical Support: http://www.cisco.com/techsupport',
    'Copyright (c) 1986-2021 by Cisco Systems, Inc.',
    'Compiled Wed 17-Mar-21 05:08 by prod_rel_team',
    '',
    'ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)',
    '',
  ];
}

function head({ long, full, train, model, built }: Release): string[] {
  return [
    `Cisco IOS XE Software, Version ${long}`,
    `Cisco IOS Software [${train}], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version ${full}, RELEASE SOFTWARE (${model === 'C8000V' ? 'fc4' : 'fc7'})`,
    'Technical Support: http://www.cisco.com/techsupport',
    `Copyright (c) 1986-${built.year} by Cisco Systems, Inc.`,
    `Compiled ${built.text} by mcpre`,
    '',
    '',
    `Cisco IOS-XE software, Copyright (c) 2005-${built.year} by cisco Systems, Inc.`,
    GPL,
    '',
    'ROM: IOS-XE ROMMON',
    '',
  ];
}

/** The level in force, and the one that the startup configuration asks for. */
function licences({ release, state }: Machine): string[] {
  if (!release.needsLicence)
    return [
      'License Level: ax',
      'License Type: Default. No valid license found.',
      'Next reload license Level: ax',
      '',
      'The current throughput level is 1000 kbps ',
      '',
      '',
      'Smart Licensing Status: UNREGISTERED/No Licenses in Use',
      '',
    ];
  const [, level = '', addon = ''] = /^license boot level (\S+)(?: addon (\S+))?/m.exec(state.startup ?? '') ?? [];
  return [
    `License Level: ${state.licence?.level ?? ''}`,
    'License Type: Perpetual',
    `Next reload license Level: ${level}`,
    '',
    `Addon License Level: ${state.licence?.addon ?? ''}`,
    'Addon License Type: Subscription',
    `Next reload addon license Level: ${addon}`,
    '',
    'The current throughput level is 10000 kbps ',
    '',
    '',
    'Smart Licensing Status: Smart Licensing Using Policy',
    '',
  ];
}

function classicTail({ state }: Machine): string[] {
  return [
    'Cisco CISCO2911/K9 (revision 1.0) with 2547712K/73728K bytes of memory.',
    `Processor board ID ${state.serial}`,
    '3 Gigabit Ethernet interfaces',
    'DRAM configuration is 64 bits wide with parity enabled.',
    '255K bytes of non-volatile configuration memory.',
    '255744K bytes of ATA System CompactFlash 0 (Read/Write)',
  ];
}

function tail({ state, release }: Machine): string[] {
  return [
    `cisco ${release.model} (VXE) processor (revision VXE) with 2071826K/3075K bytes of memory.`,
    `Processor board ID ${state.serial}`,
    'Router operating mode: Autonomous',
    '1 Gigabit Ethernet interface',
    '32768K bytes of non-volatile configuration memory.',
    '3978420K bytes of physical memory.',
    '6188032K bytes of virtual hard disk at bootflash:.',
  ];
}

function version({ machine }: Shell): Printed {
  const { release, state, hostname } = machine;
  const classic = release.number[0] < 16;
  const up = machine.now() - state.bootedAt;
  const image = classic ? 'flash0:c2900-universalk9-mz.SPA.157-3.M8.bin' : 'bootflash:packages.conf';
  return [
    ...(classic ? classicHead(release) : head(release)),
    `${hostname} uptime is ${uptime(up)}`,
    ...(classic ? [] : [`Uptime for this control processor is ${uptime(up + 60_000)}`]),
    'System returned to ROM by reload',
    `System restarted at ${longDate(state.bootedAt)}`,
    `System image file is "${image}"`,
    `Last reload ${classic ? 'type: Normal Reload\nLast reload reason' : 'reason'}: ${state.reloadReason}`,
    '',
    '',
    '',
    LEGAL,
    ...(classic ? [] : licences(machine)),
    ...(classic ? classicTail(machine) : tail(machine)),
    '',
    'Configuration register is 0x2102',
    '',
  ].join('\n');
}

export const VERSION_SHOWS: readonly ExecCommand[] = [command('show version', version)];
