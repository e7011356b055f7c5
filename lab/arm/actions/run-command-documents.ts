/** Which Run Commands there are, as `az vm run-command list` and `show` read them. */
import { ArmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { SubscriptionRoute } from './subscription-route.ts';

const schema = 'http://schema.management.azure.com/schemas/2016-11-17/runcommands.json';

const known: readonly (readonly [id: string, os: 'Linux' | 'Windows', label: string, script: readonly string[]])[] = [
  ['RunShellScript', 'Linux', 'Executes a Linux shell script', []],
  ['ifconfig', 'Linux', 'List network configuration', ['ifconfig']],
  ['RunPowerShellScript', 'Windows', 'Executes a PowerShell script', []],
  ['IPConfig', 'Windows', 'List IP configuration', ['ipconfig /all']],
];

const brief = ([id, osType, label]: (typeof known)[number]): JsonObject => ({
  $schema: schema,
  id,
  osType,
  label,
  description: `${label}.`,
});

const commands = /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/[^/]+\/runcommands(?:\/([^/]+))?$/;

export const commandRoutes: readonly SubscriptionRoute[] = [
  {
    method: 'GET',
    pattern: commands,
    handle: (_world, _request, [, id]) => {
      if (id === undefined) return { status: 200, body: { value: known.map(brief) } };
      const found = known.find(([name]) => name.toLowerCase() === id);
      if (found !== undefined) return { status: 200, body: { ...brief(found), script: [...found[3]] } };
      throw new ArmError(404, 'NotFound', `The entity was not found: the Run Command '${id}' is not known.`);
    },
  },
];
