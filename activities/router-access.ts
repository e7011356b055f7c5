/** From a router's access, which holds references, to what a session needs: resolved in the activity, kept nowhere. */
import { Context } from '@temporalio/activity';
import { routerOpener, type OpenSession } from '../adapters/ios/index.ts';
import type { RouterAccess } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Opens sessions with a router, its secrets resolved now.
 * @param sharedKey masked wherever it appears; null where none is at play. @throws Refused for a missing secret.
 */
export function openerOf(deps: ActivityDeps, access: RouterAccess, sharedKey: string | null): OpenSession {
  const { host, ssh, expectedHostname, hostKey } = access;
  const { secrets } = deps;
  const { privateKey, password, enableSecret } = ssh;
  return routerOpener(
    { host, ssh: { port: ssh.port, username: ssh.username }, expectedHostname, hostKey },
    {
      secrets: {
        privateKey: privateKey === null ? null : secrets.rsaKey(privateKey).privateKey,
        password: password === null ? null : secrets.value(password),
        enableSecret: enableSecret === null ? null : secrets.value(enableSecret),
        sharedKey,
      },
      sshConfigFile: deps.sshConfigFile,
      transcripts: deps.transcripts,
      signal: Context.current().cancellationSignal,
    },
  );
}
