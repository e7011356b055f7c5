/** Site-to-site connections, their state, and their shared key, which has a resource of its own. */
import { shortId } from '../../domain/names.ts';
import { paces } from '../../domain/poll-schedule.ts';
import type { IpsecPolicySpec } from '../../domain/spec.ts';
import { aimOf, differs, type Aim, type Wanted } from './aim.ts';
import type { Arm, Ask } from './arm.ts';
import { at, listAt, numberAt, stateOf, textAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedConnection extends Wanted {
  readonly gatewayId: string;
  readonly localGatewayId: string;
  readonly enableBgp: boolean;
  readonly connection: {
    readonly ipsecPolicy: IpsecPolicySpec | null;
    /** Null leaves Azure's default. */
    readonly dpdTimeoutSeconds: number | null;
    readonly connectionMode: string;
  };
}

const onOff = (value: boolean): string => (value ? 'on' : 'off');

/**
 * @param sharedKey is sent when the connection is created; a PUT does not change the key of an existing one
 * (azure.md, 1.4), so that is `putSharedKey`'s.
 */
export function connectionAim(wanted: WantedConnection, installation: string, sharedKey: () => string): Aim {
  const { ipsecPolicy, dpdTimeoutSeconds, connectionMode } = wanted.connection;
  return aimOf(wanted, installation, {
    kind: 'connection',
    apiVersion: versions.network,
    pace: paces.connection,
    repair: true,
    differences: (existing) => {
      const property = (...path: string[]) => textAt(existing, 'properties', ...path);
      const dpd = numberAt(existing, 'properties', 'dpdTimeoutSeconds');
      return [
        ...differs('gateway', property('virtualNetworkGateway1', 'id'), wanted.gatewayId, 'refuse'),
        ...differs('local gateway', property('localNetworkGateway2', 'id'), wanted.localGatewayId, 'refuse'),
        ...differs('BGP', onOff(at(existing, 'properties', 'enableBgp') === true), onOff(wanted.enableBgp), 'put'),
        ...differs('mode', property('connectionMode') || 'Default', connectionMode, 'put'),
        ...(dpdTimeoutSeconds === null ? [] : differs('DPD timeout', `${dpd}`, `${dpdTimeoutSeconds}`, 'put')),
        ...differs('IPsec policy', foundPolicyText(existing), policyText(ipsecPolicy), 'put'),
      ];
    },
    body: (existing) => ({
      properties: {
        connectionType: 'IPsec',
        connectionProtocol: 'IKEv2',
        connectionMode,
        // Azure's specification demands `properties` of both gateways, and takes an empty object beside an id.
        virtualNetworkGateway1: { id: wanted.gatewayId, properties: {} },
        localNetworkGateway2: { id: wanted.localGatewayId, properties: {} },
        enableBgp: wanted.enableBgp,
        usePolicyBasedTrafficSelectors: false,
        ipsecPolicies: ipsecPolicy === null ? [] : [azurePolicy(ipsecPolicy)],
        ...(dpdTimeoutSeconds === null ? {} : { dpdTimeoutSeconds }),
        ...(existing === null ? { sharedKey: sharedKey() } : {}),
      },
    }),
  });
}

/** Azure's eight fields: all of them or none (azure.md, 1.1). */
const policyFields = [
  'ikeEncryption',
  'ikeIntegrity',
  'dhGroup',
  'ipsecEncryption',
  'ipsecIntegrity',
  'pfsGroup',
  'saLifeTimeSeconds',
  'saDataSizeKilobytes',
] as const satisfies readonly (keyof IpsecPolicySpec)[];

function azurePolicy(policy: IpsecPolicySpec): Record<string, string | number> {
  return Object.fromEntries(policyFields.map((name) => [name, policy[name]]));
}

function policyText(policy: IpsecPolicySpec | null): string {
  return policy === null ? '' : policyFields.map((name) => `${policy[name]}`).join(' ');
}

/** The eight values of the policy that a connection has; empty for Azure's default. */
export function foundPolicyText(connection: unknown): string {
  const policy = listAt(connection, 'properties', 'ipsecPolicies')[0];
  if (policy === undefined) return '';
  return policyFields.map((name) => textAt(policy, name) || `${numberAt(policy, name)}`).join(' ');
}

export interface ConnectionState {
  readonly provisioningState: string;
  readonly connectionStatus: string;
  readonly ingressBytes: number;
  readonly egressBytes: number;
}

/** Only a GET of the single connection tells status and bytes, and it lags the tunnel by minutes (azure.md, 1.1). */
export function connectionState(connection: unknown): ConnectionState {
  return {
    provisioningState: stateOf(connection),
    connectionStatus: textAt(connection, 'properties', 'connectionStatus') || 'Unknown',
    ingressBytes: numberAt(connection, 'properties', 'ingressBytesTransferred'),
    egressBytes: numberAt(connection, 'properties', 'egressBytesTransferred'),
  };
}

/** The key of a connection, in clear: it must not leave the activity that asked. Empty if there is none. */
export async function readSharedKey(arm: Arm, connectionId: string, signal?: AbortSignal): Promise<string> {
  const ask: Ask = { deed: `Reading the shared key of ${shortId(connectionId)}`, ...(signal ? { signal } : {}) };
  return textAt(await arm.get(`${connectionId}/sharedkey`, versions.network, ask), 'value');
}
