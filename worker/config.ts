/** The worker's configuration: the environment, read once. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';

type Environment = Readonly<Record<string, string | undefined>>;

export interface WorkerConfig {
  /** Base URL of Azure Resource Manager, of any cloud. */
  readonly armEndpoint: string;
  /** OAuth scope of that endpoint. */
  readonly armScope: string;
  /** An OpenSSH client configuration; null: none. */
  readonly sshConfigFile: string | null;
  /** Folder of the transcripts of all sessions with routers. */
  readonly transcripts: string;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly connection: ClientConnectConfig['connectionOptions'];
  };
  readonly env: Environment;
  readonly home: string;
}

const publicAzure = 'https://management.azure.com';

/**
 * @param home the user's home folder.
 * @throws Error with one line for a value that cannot be used.
 */
export function readConfig(env: Environment, home: string): WorkerConfig {
  const armEndpoint = text(env, 'SITELINK_ARM_ENDPOINT') ?? publicAzure;
  if (!URL.canParse(armEndpoint) || new URL(armEndpoint).protocol !== 'https:') {
    throw new Error(`SITELINK_ARM_ENDPOINT is ${armEndpoint}; give an https URL, for instance ${publicAzure}`);
  }
  const { connectionOptions, namespace } = temporalConfig(env);
  return {
    armEndpoint,
    armScope: text(env, 'SITELINK_ARM_SCOPE') ?? `${armEndpoint.replace(/\/+$/, '')}/.default`,
    sshConfigFile: sshConfigFile(env, home),
    transcripts: text(env, 'SITELINK_TRANSCRIPTS') ?? join(stateFolder(env, home), 'transcripts'),
    temporal: {
      address: connectionOptions.address ?? 'localhost:7233',
      namespace: namespace ?? 'default',
      connection: connectionOptions,
    },
    env,
    home,
  };
}

/** From TEMPORAL_* and Temporal's configuration file; one that it cannot read is named, because its own error is not. */
function temporalConfig(env: Environment): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: withoutEmpty(env) });
  } catch (error) {
    const file = text(env, 'TEMPORAL_CONFIG_FILE') ?? 'temporalio/temporal.toml';
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Temporal's configuration (TEMPORAL_* variables, ${file}) cannot be used: ${why}`, {
      cause: error,
    });
  }
}

function withoutEmpty(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(entries);
}

function text(env: Environment, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}

/** `$SITELINK_STATE`, `$XDG_STATE_HOME/sitelink`, or `~/.local/state/sitelink`. */
function stateFolder(env: Environment, home: string): string {
  const xdg = env['XDG_STATE_HOME'] ?? '';
  return text(env, 'SITELINK_STATE') ?? join(isAbsolute(xdg) ? xdg : join(home, '.local', 'state'), 'sitelink');
}

/** One that is named must exist; the default one may be missing. */
function sshConfigFile(env: Environment, home: string): string | null {
  const named = text(env, 'SITELINK_SSH_CONFIG');
  if (named !== null) {
    if (existsSync(named)) return named;
    throw new Error(`SITELINK_SSH_CONFIG names ${named}, which does not exist`);
  }
  const usual = join(home, '.ssh', 'config');
  return existsSync(usual) ? usual : null;
}
