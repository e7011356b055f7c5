/** The files that tell other programs where the lab is. Each is written whole or not at all, `lab.json` last. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from './state-dir.ts';

/** Where the lab's services are. */
export interface Addresses {
  readonly stateDir: string;
  /** Base URL of Azure Resource Manager. */
  readonly arm: string;
  readonly authority: string;
  readonly identity: string;
  readonly identityHeader: string;
  readonly tenantId: string;
  /** Of the service principal; its secret is the identity header. */
  readonly clientId: string;
  readonly caFile: string;
  readonly subscriptionId: string;
  readonly imageAliases: string;
  readonly control: string;
  readonly dataplane: string;
}

/** One router that SSH clients reach. */
export interface SshHost {
  /** The names and addresses it goes by. */
  readonly names: readonly string[];
  readonly port: number;
  /** Who logs in there when nobody else is named. */
  readonly user: string;
}

/** The address that every SSH client of the lab counts as, for NSGs: an address of documentation (RFC 5737). */
export const OPERATOR_ADDRESS = '198.51.100.10';

/** The variables of `DIR/env`: what a worker or client needs to reach the lab as it would reach Azure. */
function environment(at: Addresses): Record<string, string> {
  return {
    SITELINK_ARM_ENDPOINT: at.arm,
    SITELINK_ARM_SCOPE: `${at.arm}/.default`,
    NODE_EXTRA_CA_CERTS: at.caFile,
    IDENTITY_ENDPOINT: at.identity,
    IDENTITY_HEADER: at.identityHeader,
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    AZURE_SUBSCRIPTION_ID: at.subscriptionId,
    SITELINK_SSH_CONFIG: join(at.stateDir, 'ssh_config'),
    SITELINK_OPERATOR_CIDR: `${OPERATOR_ADDRESS}/32`,
  };
}

/** The variables of `DIR/sdk-env`: a service principal, as the Azure SDKs read it, and whom to trust. */
function sdkEnvironment(at: Addresses): Record<string, string> {
  return {
    SITELINK_ARM_ENDPOINT: at.arm,
    SITELINK_ARM_SCOPE: `${at.arm}/.default`,
    AZURE_AUTHORITY_HOST: at.authority,
    AZURE_TENANT_ID: at.tenantId,
    AZURE_CLIENT_ID: at.clientId,
    AZURE_CLIENT_SECRET: at.identityHeader,
    AZURE_SUBSCRIPTION_ID: at.subscriptionId,
    // Node, Python's requests, and Go.
    NODE_EXTRA_CA_CERTS: at.caFile,
    REQUESTS_CA_BUNDLE: at.caFile,
    SSL_CERT_FILE: at.caFile,
  };
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
const exports = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');

const ENV_HEAD = `# Source this before a worker or a client starts: . DIR/env\n`;
const SDK_HEAD = `# Source this before a program with an Azure SDK, of any language: . DIR/sdk-env\n`;

/**
 * The Azure CLI keeps clouds and logins in its configuration directory, so the lab gives it one of its own.
 * Registering sends nothing; the CLI's own discovery of instances would ask Microsoft.
 */
function azEnvironment(at: Addresses): string {
  const cloud = 'sitelink-lab';
  const register = [
    'az cloud register',
    `--name ${cloud}`,
    '--skip-endpoint-discovery',
    `--endpoint-resource-manager ${quoted(`${at.arm}/`)}`,
    `--endpoint-active-directory ${quoted(at.authority)}`,
    `--endpoint-active-directory-resource-id ${quoted(`${at.arm}/`)}`,
    `--endpoint-vm-image-alias-doc ${quoted(at.imageAliases)}`,
  ].join(' ');
  return [
    `# Source this before the real Azure CLI: . DIR/az-env\n`,
    exports({
      AZURE_CONFIG_DIR: join(at.stateDir, 'az'),
      REQUESTS_CA_BUNDLE: at.caFile,
      AZURE_CORE_INSTANCE_DISCOVERY: 'false',
      AZURE_CORE_COLLECT_TELEMETRY: 'false',
      AZURE_CORE_ONLY_SHOW_ERRORS: 'true',
      IDENTITY_ENDPOINT: at.identity,
      IDENTITY_HEADER: at.identityHeader,
    }),
    'unset ARM_CLOUD_METADATA_URL\n',
    // Kept from an earlier sourcing, unless the lab is now somewhere else.
    `if ! grep -qF ${quoted(`${at.arm}/`)} "$AZURE_CONFIG_DIR/clouds.config" 2>/dev/null; then\n`,
    `  rm -rf "$AZURE_CONFIG_DIR" && ${register}\nfi &&\n`,
    `  az cloud set --name ${cloud} &&\n`,
    '  az login --identity --output none\n',
  ].join('');
}

/** Writes `env`, `az-env`, `sdk-env` and, last, `lab.json`. */
export function writeAddresses(at: Addresses): void {
  mkdirSync(join(at.stateDir, 'az'), { recursive: true, mode: 0o700 });
  writeAtomic(join(at.stateDir, 'env'), ENV_HEAD + exports(environment(at)));
  writeAtomic(join(at.stateDir, 'az-env'), azEnvironment(at));
  writeAtomic(join(at.stateDir, 'sdk-env'), SDK_HEAD + exports(sdkEnvironment(at)));
  const { arm, authority, identity, control, dataplane } = at;
  const document = { arm, authority, identity, control, dataplane, pid: process.pid };
  writeAtomic(join(at.stateDir, 'lab.json'), `${JSON.stringify(document, null, 2)}\n`);
}

/**
 * Writes `ssh_config`. No key of a router is kept in the client's own known_hosts: ports of the lab outlive their routers,
 * and a router that is made anew has another key. Sitelink's own check is untouched: it keeps the first key it sees itself.
 */
export function writeSshConfig(stateDir: string, hosts: readonly SshHost[]): void {
  const blocks = hosts.map(({ names, port, user }) =>
    [
      `Host ${names.join(' ')}`,
      '  HostName 127.0.0.1',
      `  Port ${port}`,
      `  User ${user}`,
      '  StrictHostKeyChecking accept-new',
      '  UserKnownHostsFile /dev/null',
      '  LogLevel ERROR',
      '',
    ].join('\n'),
  );
  const head = '# The routers of the lab, written anew whenever one comes or goes.\n';
  writeAtomic(join(stateDir, 'ssh_config'), [head, ...blocks].join('\n'));
}
