import { ofKind } from '../configuration/node.ts';
import { longDate } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { renderNode } from '../configuration/render.ts';
import type { Change } from '../stored-state.ts';

/** What `show running-config` and `show startup-config` print. */

const NVRAM_BYTES = 33_554_432;
/** For reading a configuration one needs privilege 15. */
const PRIVILEGED = 15;

function comment(what: string, change: Change | null): string {
  return change === null ? '' : `! ${what} at ${longDate(change.at)} by ${change.by}\n`;
}

function head(machine: Machine): string {
  const { lastChange, nvramChange } = machine.state;
  const lines = comment('Last configuration change', lastChange) + comment('NVRAM config last updated', nvramChange);
  return lines === '' ? '' : `!\n${lines}`;
}

/** The whole running configuration with its head, as it is also archived. */
export function fullConfig(machine: Machine, all = false): string {
  const text = machine.runningConfig(all);
  return `${head(machine)}${text}`;
}

function running({ machine }: Shell, { all }: Args): Printed {
  const text = fullConfig(machine, all !== undefined);
  return `Building configuration...\n\nCurrent configuration : ${text.length} bytes\n${text}`;
}

/** Part of the configuration: the lines and sections that begin so. */
function part(...starts: readonly string[]): ExecCommand['run'] {
  return ({ machine }) => {
    const lines = machine.config.root.children.length === 0 ? [] : sectionsOf(machine.runningConfig(), starts);
    return `Building configuration...\n\nCurrent configuration : ${lines.join('\n').length} bytes\n!\n${[...lines, 'end'].join('\n')}\n`;
  };
}

function sectionsOf(text: string, starts: readonly string[]): string[] {
  let open = false;
  return text.split('\n').filter((line) => {
    if (!line.startsWith(' ')) open = starts.some((start) => line.startsWith(start));
    return open;
  });
}

function runningInterface({ machine }: Shell, { name = '', all }: Args): Printed {
  const node = ofKind(machine.config.root, 'interface').find(({ args }) => args['name'] === name);
  if (!node) return `% Invalid input detected: there is no interface ${name}`;
  const text = `!\n${renderNode(node, 0, all !== undefined).join('\n')}\nend\n`;
  return `Building configuration...\n\nCurrent configuration : ${text.length} bytes\n${text}`;
}

function startup({ machine }: Shell): Printed {
  const { startup: text, nvramChange } = machine.state;
  if (text === null) return 'startup-config is not present';
  const noted = comment('Last configuration change', nvramChange);
  const all = noted === '' ? text : `!\n${noted}${text}`;
  return `Using ${all.length} out of ${NVRAM_BYTES} bytes\n${all}`;
}

/** Access lists with their sequence numbers, ten apart unless they were given. */
function accessLists({ machine }: Shell): Printed {
  const { root } = machine.config;
  const lists = new Map<string, string[]>();
  const add = (title: string, entry: string, sequence: string | undefined): void => {
    const known = lists.get(title) ?? [];
    lists.set(title, [...known, `    ${sequence ?? (known.length + 1) * 10} ${entry}`]);
  };
  for (const { args } of ofKind(root, 'access-list')) {
    const number = Number(args['number']);
    const standard = number < 100 || (number >= 1300 && number < 2000);
    const title = `${standard ? 'Standard' : 'Extended'} IP access list ${number}`;
    if (args['action'] !== 'remark') add(title, `${args['action'] ?? ''} ${args['entry'] ?? ''}`, undefined);
  }
  for (const type of ['Extended', 'Standard'])
    for (const list of ofKind(root, `ip access-list ${type.toLowerCase()}`))
      for (const { args } of ofKind(list, 'entry'))
        if (args['action'] !== 'remark')
          add(
            `${type} IP access list ${list.args['name'] ?? ''}`,
            `${args['action'] ?? ''} ${args['entry'] ?? ''}`,
            args['sequence'],
          );
  return [...lists].flatMap(([title, entries]) => [title, ...entries]).join('\n') || null;
}

export const CONFIG_SHOWS: readonly ExecCommand[] = [
  command('show running-config [ {all=all} | full | brief ]', running, PRIVILEGED),
  command('show running-config [ {all=all} ] interface {name:if}', runningInterface, PRIVILEGED),
  command('show running-config interface {name:if} {all=all}', runningInterface, PRIVILEGED),
  command('show running-config vrf', part('vrf definition', 'ip vrf'), PRIVILEGED),
  command('show running-config aaa', part('aaa ', 'username '), PRIVILEGED),
  command('show access-lists', accessLists),
  command('show ip access-lists', accessLists),
  command('show startup-config', startup, PRIVILEGED),
  command('show configuration', startup, PRIVILEGED),
  command('write terminal', running, PRIVILEGED),
];
