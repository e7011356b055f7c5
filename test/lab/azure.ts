/** Plain HTTPS against a lab's ARM endpoint, with the identity and the CA of its `env`; no client library's habits. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import type { LabProcess } from '../support/lab.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** A key pair as Azure wants it. */
export const KEYS = (() => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const [key] = [parsed].flat();
  return { privateKey, publicKey: `ssh-rsa ${key?.getPublicSSH().toString('base64')} test` };
})();

export class Azure {
  private readonly lab: LabProcess;
  private token: string | null = null;
  readonly subscription: string;

  constructor(lab: LabProcess) {
    this.lab = lab;
    this.subscription = `/subscriptions/${lab.env['AZURE_SUBSCRIPTION_ID'] ?? ''}`;
  }

  network(name: string): string {
    return `${this.subscription}/resourceGroups/west/providers/Microsoft.Network/${name}`;
  }

  get vm(): string {
    return `${this.subscription}/resourceGroups/west/providers/Microsoft.Compute/virtualMachines/r1`;
  }

  async send(method: string, path: string, body?: unknown): Promise<Reply> {
    const { SITELINK_ARM_ENDPOINT: base = '', NODE_EXTRA_CA_CERTS: ca = '' } = this.lab.env;
    this.token ??= await this.newToken();
    const url = new URL(path, base);
    url.searchParams.set('api-version', path.includes('Microsoft.Network') ? '2025-05-01' : '2024-11-01');
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asking = request(url, { method, headers, ca: readFileSync(ca), agent: false }, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (part: string) => (text += part));
        reply.on('end', () => {
          const document = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: document });
        });
      });
      asking.on('error', reject);
      asking.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Sends it, and waits for the end of what it began. Rejects if it is refused. */
  async done(method: string, path: string, body?: unknown): Promise<Reply> {
    const first = await this.send(method, path, body);
    if (first.status >= 400) throw new Error(`${method} ${path}: ${first.status} ${JSON.stringify(first.body)}`);
    const operation = first.headers['azure-asyncoperation'] ?? first.headers['location'];
    if (typeof operation !== 'string') return first;
    const { pathname, search } = new URL(operation);
    for (;;) {
      const { status, body: state } = await this.send('GET', pathname + search);
      if (status !== 202 && !['InProgress', 'Running'].includes(String(state['status']))) return first;
      await sleep(30);
    }
  }

  /** Makes everything around the router VM `r1`, and the VM. */
  async makeRouter(allowed = '198.51.100.10/32'): Promise<void> {
    const location = 'japanwest';
    await this.done('PUT', `${this.subscription}/resourceGroups/west`, { location });
    const rule = {
      protocol: 'Tcp',
      sourceAddressPrefix: allowed,
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '22',
      access: 'Allow',
      direction: 'Inbound',
      priority: 100,
    };
    await Promise.all([
      this.done('PUT', this.network('networkSecurityGroups/nsg'), {
        location,
        properties: { securityRules: [{ name: 'ssh', properties: rule }] },
      }),
      this.done('PUT', this.network('publicIPAddresses/ip'), {
        location,
        sku: { name: 'Standard' },
        properties: { publicIPAllocationMethod: 'Static' },
      }),
      this.done('PUT', this.network('virtualNetworks/v'), {
        location,
        properties: {
          addressSpace: { addressPrefixes: ['172.20.0.0/16'] },
          subnets: [{ name: 's', properties: { addressPrefix: '172.20.10.0/24' } }],
        },
      }),
    ]);
    await this.done('PUT', this.network('networkInterfaces/n'), {
      location,
      properties: {
        enableIPForwarding: true,
        networkSecurityGroup: { id: this.network('networkSecurityGroups/nsg') },
        ipConfigurations: [
          {
            name: 'c',
            properties: {
              privateIPAllocationMethod: 'Static',
              privateIPAddress: '172.20.10.210',
              subnet: { id: this.network('virtualNetworks/v/subnets/s') },
              publicIPAddress: { id: this.network('publicIPAddresses/ip') },
            },
          },
        ],
      },
    });
    await this.acceptTerms();
    await this.makeVm();
  }

  async makeVm(): Promise<void> {
    await this.done('PUT', this.vm, {
      location: 'japanwest',
      plan: { name: '17_3_3-byol', publisher: 'cisco', product: 'cisco-csr-1000v' },
      properties: {
        hardwareProfile: { vmSize: 'Standard_D2_v5' },
        storageProfile: {
          imageReference: { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: '17_3_3-byol', version: 'latest' },
          osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
        },
        osProfile: {
          computerName: 'router210',
          adminUsername: 'azureuser',
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: KEYS.publicKey }] },
          },
        },
        networkProfile: { networkInterfaces: [{ id: this.network('networkInterfaces/n') }] },
      },
    });
  }

  private async acceptTerms(): Promise<void> {
    const path =
      `${this.subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco` +
      '/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current';
    const { body } = await this.send('GET', path);
    const properties = body['properties'] as Record<string, unknown>;
    await this.done('PUT', path, { ...body, properties: { ...properties, accepted: true } });
  }

  private async newToken(): Promise<string> {
    const { IDENTITY_ENDPOINT: at = '', IDENTITY_HEADER: secret = '', SITELINK_ARM_ENDPOINT: arm = '' } = this.lab.env;
    const url = `${at}?api-version=2019-08-01&resource=${encodeURIComponent(arm)}`;
    const reply = await fetch(url, { headers: { 'x-identity-header': secret } });
    const { access_token } = (await reply.json()) as { access_token: string };
    return access_token;
  }
}

/** Runs lines in one shell of a router and returns what it printed; rejects if nobody lets it in. */
export async function typed(port: number, lines: readonly string[], login: object = {}): Promise<string> {
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('ready', resolve).on('error', reject);
      const key = { username: 'azureuser', privateKey: KEYS.privateKey };
      client.connect({ host: '127.0.0.1', port, readyTimeout: 10_000, ...key, ...login });
    });
    return await new Promise((resolve, reject) => {
      client.shell({ cols: 511, rows: 1000, term: 'vt100' }, (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        let text = '';
        channel.on('data', (part: Buffer) => (text += part.toString()));
        channel.on('close', () => {
          resolve(text);
        });
        for (const line of ['terminal length 0', ...lines, 'end', 'exit']) channel.write(`${line}\n`);
      });
    });
  } finally {
    client.end();
  }
}
