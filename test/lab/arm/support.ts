/** Short ways to build things in the lab's Azure, without a client's pauses between polls. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, ArmFixture } from '../../support/arm.ts';

export const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
export const network = (group: string): string => `${subscription}/resourceGroups/${group}/providers/Microsoft.Network`;
export const compute = (group: string): string => `${subscription}/resourceGroups/${group}/providers/Microsoft.Compute`;

const rsaKey = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDhA8xQ0h8Vb4Zk5r3cSxEGhLh5cUq0kQXo7Ew8a1c4l2N9bJ test';

/** Waits until no operation is under way. */
export async function idle(lab: ArmFixture): Promise<void> {
  const running = (): boolean => lab.arm.inventory().operations.some((one) => one['status'] === 'InProgress');
  while (running()) await sleep(2);
}

/** Sends a PUT that must be accepted, and waits for its end. */
export async function put(lab: ArmFixture, path: string, body: unknown): Promise<Answer> {
  const answer = await lab.call('PUT', path, body);
  assert.ok(answer.status === 200 || answer.status === 201, `${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  await idle(lab);
  return answer;
}

export function errorCode(answer: Answer): string | undefined {
  return (answer.body as { error?: { code?: string } } | undefined)?.error?.code;
}

/** A group with a VNet of two subnets. */
export async function makeNetwork(lab: ArmFixture, group: string, location = 'japaneast'): Promise<void> {
  await put(lab, `${subscription}/resourceGroups/${group}`, { location });
  await put(lab, `${network(group)}/virtualNetworks/vnet`, {
    location,
    properties: {
      addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
      subnets: [
        { name: 'GatewaySubnet', properties: { addressPrefix: '10.1.0.0/27' } },
        { name: 'one', properties: { addressPrefix: '10.1.1.0/24' } },
      ],
    },
  });
}

export async function makeAddress(
  lab: ArmFixture,
  group: string,
  name: string,
  location = 'japaneast',
): Promise<string> {
  const path = `${network(group)}/publicIPAddresses/${name}`;
  await put(lab, path, {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  });
  return path;
}

export interface NicOptions {
  readonly address?: string;
  readonly group?: string;
}

export async function makeNic(lab: ArmFixture, group: string, name: string, options: NicOptions = {}): Promise<string> {
  const path = `${network(group)}/networkInterfaces/${name}`;
  await put(lab, path, {
    location: 'japaneast',
    properties: {
      ...(options.group === undefined ? {} : { networkSecurityGroup: { id: options.group } }),
      ipConfigurations: [
        {
          name: 'c',
          properties: {
            subnet: { id: `${network(group)}/virtualNetworks/vnet/subnets/one` },
            ...(options.address === undefined ? {} : { publicIPAddress: { id: options.address } }),
          },
        },
      ],
    },
  });
  return path;
}

export function vmBody(nic: string, more: object = {}): object {
  return {
    location: 'japaneast',
    properties: {
      hardwareProfile: { vmSize: 'Standard_B1s' },
      storageProfile: {
        imageReference: {
          publisher: 'Canonical',
          offer: '0001-com-ubuntu-server-jammy',
          sku: '22_04-lts-gen2',
          version: 'latest',
        },
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: {
        computerName: 'box',
        adminUsername: 'azureuser',
        linuxConfiguration: {
          disablePasswordAuthentication: true,
          ssh: { publicKeys: [{ path: '/x', keyData: rsaKey }] },
        },
      },
      networkProfile: { networkInterfaces: [{ id: nic }] },
      ...more,
    },
  };
}

/** Gateway `gw`, local gateway `site` and connection `con`, all done. */
export async function makeConnection(lab: ArmFixture, group: string, key = 'secret'): Promise<string> {
  const location = 'japaneast';
  const address = await makeAddress(lab, group, 'gw-ip');
  await put(lab, `${network(group)}/virtualNetworkGateways/gw`, {
    location,
    properties: {
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [
        {
          name: 'c',
          properties: {
            subnet: { id: `${network(group)}/virtualNetworks/vnet/subnets/GatewaySubnet` },
            publicIPAddress: { id: address },
          },
        },
      ],
    },
  });
  await put(lab, `${network(group)}/localNetworkGateways/site`, {
    location,
    properties: { gatewayIpAddress: '20.1.2.3', localNetworkAddressSpace: { addressPrefixes: ['172.20.0.0/16'] } },
  });
  const path = `${network(group)}/connections/con`;
  await put(lab, path, {
    location,
    properties: {
      connectionType: 'IPsec',
      virtualNetworkGateway1: { id: `${network(group)}/virtualNetworkGateways/gw` },
      localNetworkGateway2: { id: `${network(group)}/localNetworkGateways/site` },
      sharedKey: key,
    },
  });
  return path;
}
