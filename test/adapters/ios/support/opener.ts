/** The driver's way to a router of the lab. */
import { routerOpener } from '../../../../adapters/ios/index.ts';
import type { OpenSession } from '../../../../adapters/ios/index.ts';
import { userKey } from '../../../support/router.ts';
import type { RouterFixture } from '../../../support/router.ts';
import { sharedKey } from './samples.ts';

export function opener({ router }: RouterFixture, signal?: AbortSignal): OpenSession {
  const reach = {
    host: '127.0.0.1',
    ssh: { port: router.port, username: 'azureuser' },
    expectedHostname: 'router210',
    hostKey: router.hostKeyFingerprint,
  };
  const secrets = { privateKey: userKey, password: null, enableSecret: null, sharedKey };
  return routerOpener(reach, { secrets, sshConfigFile: null, ...(signal === undefined ? {} : { signal }) });
}
