/** What a person could do to Azure and to a router of the lab without Sitelink: raw ARM requests, and typed lines. */
import { setTimeout as sleep } from 'node:timers/promises';
import { requestArm } from './arm.ts';
import { RouterShell } from './router.ts';
import type { Stack } from './stack.ts';

type Body = Record<string, unknown>;

/** Resource groups of the seed. */
export const EAST = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ResourceGroupEast';
export const WEST = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ResourceGroupWest';

export class Hands {
  private readonly stack: Stack;

  constructor(stack: Stack) {
    this.stack = stack;
  }

  /** One request to ARM, as the managed identity; rejects for 400 and above. */
  async arm(method: string, path: string, body?: Body): Promise<Body> {
    const { SITELINK_ARM_ENDPOINT: endpoint = '', NODE_EXTRA_CA_CERTS: caFile = '' } = this.stack.lab.env;
    const reply = await requestArm({ endpoint, caFile }, method, `${path}?api-version=2025-05-01`, {
      headers: { authorization: `Bearer ${await this.token(endpoint)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return (reply.body ?? {}) as Body;
  }

  /** Changes a resource by PUT, and waits for it; returns what puts it back. */
  async edit(path: string, change: (body: Body) => Body): Promise<() => Promise<void>> {
    const before = await this.arm('GET', path);
    const put = async (body: Body): Promise<void> => {
      await this.arm('PUT', path, body);
      await this.settled(path);
    };
    await put(change(structuredClone(before)));
    return () => put(before);
  }

  /** Waits until a resource is provisioned. */
  async settled(path: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const { properties } = (await this.arm('GET', path)) as { properties?: { provisioningState?: string } };
      if (properties?.provisioningState === 'Succeeded') return;
      await sleep(50);
    }
    throw new Error(`${path} is not provisioned after 10 s`);
  }

  /** Adds a rule to a security group, ahead of all others; returns what takes it away. */
  deny(group: string, direction: 'Inbound' | 'Outbound', prefix: string): Promise<() => Promise<void>> {
    const [source, destination] = direction === 'Inbound' ? [prefix, '*'] : ['*', prefix];
    const rule = {
      name: 'by-hand',
      properties: {
        priority: 100,
        direction,
        access: 'Deny',
        protocol: '*',
        sourceAddressPrefix: source,
        sourcePortRange: '*',
        destinationAddressPrefix: destination,
        destinationPortRange: '*',
      },
    };
    return this.edit(group, (body) => ({
      ...body,
      properties: { ...(body['properties'] as Body), securityRules: [rule] },
    }));
  }

  /** Types lines of configuration at a router, then commands. */
  async type(router: string, configuration: readonly string[], commands: readonly string[] = []): Promise<void> {
    const { routers } = await this.stack.lab.control.inventory();
    const found = routers.find(({ hostname }) => hostname === router);
    if (found === undefined) throw new Error(`The lab has no router ${router}.`);
    const shell = await RouterShell.open(found.port, { username: 'azureuser', privateKey: this.stack.privateKey });
    try {
      const replies = await shell.configure(...configuration);
      if (Object.keys(replies).length > 0) throw new Error(`${router} said ${JSON.stringify(replies)}`);
      for (const command of commands) await shell.run(command);
    } finally {
      shell.close();
    }
  }

  private async token(endpoint: string): Promise<string> {
    const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = this.stack.lab.env;
    const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(endpoint)}`;
    const reply = await fetch(url, { headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER } });
    return ((await reply.json()) as { access_token: string }).access_token;
  }
}
