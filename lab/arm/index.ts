/** The lab's Azure: composes the ARM endpoint from its parts and serves it. */
import { type Server, createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Dataplane } from '../ports.ts';
import { actionEffects } from './actions/index.ts';
import { answerIdentity, answerOpen, imageAliasUrl } from './identity/authority.ts';
import { serverIdentity } from './identity/certificates.ts';
import { Cloud } from './cloud/cloud.ts';
import type { Arm, ArmOptions } from './contract.ts';
import { deploymentEffects, driveDeployments } from './deployments/run.ts';
import { ArmError } from './errors.ts';
import { bodyOf } from './http/exchange.ts';
import { driveGroupDeletions, groupEffects } from './resources/group-deletion.ts';
import { takeInventory } from './inventory.ts';
import { refuseMalformed } from './http/malformed.ts';
import { Observer } from './cloud/observer.ts';
import { Operations } from './store/operations.ts';
import { closeServer, listenOn } from './http/ports.ts';
import { RequestLog } from './http/request-log.ts';
import { resourceEffects } from './resources/resources.ts';
import { answerArm } from './routes/routes.ts';
import { type Secrets, loadSecrets, saveSecrets } from './identity/secrets.ts';
import { type Surface, listener } from './http/server.ts';
import { Store } from './store/store.ts';
import { Strikes } from './http/strikes.ts';
import { Throttle } from './http/throttle.ts';
import { Tokens } from './identity/tokens.ts';
import { linksOf } from './types/index.ts';
import type { Reply, World } from './world.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000000';

/** Idle connections live longer than any pause between two polls, so that no client writes into a closing one. */
const idleMs = 120_000;

interface Context {
  readonly options: ArmOptions;
  readonly secrets: Secrets;
  readonly world: World;
  readonly tokens: Tokens;
  readonly log: RequestLog;
  closed: boolean;
}

/** Whatever the answer is, it says how many requests are left. */
function withRemaining(remaining: Record<string, string>, answer: () => Reply): Reply {
  try {
    const reply = answer();
    return { ...reply, headers: { ...remaining, ...reply.headers } };
  } catch (error) {
    throw error instanceof ArmError ? error.withHeaders(remaining) : error;
  }
}

function surfaces(context: Context): { arm: Surface; identity: Surface } {
  const { options, secrets, world, tokens, log } = context;
  const throttle = new Throttle(options.throttle === 'azure');
  const common = {
    strikes: new Strikes(world, tokens, () => context.closed),
    commit: () => {
      world.store.commit();
    },
    log: log.add.bind(log),
  };
  return {
    arm: {
      ...common,
      answer: (request, bytes) => {
        const open = answerOpen(world, secrets, tokens, request, bytes.toString());
        if (open !== null) return open;
        // Who asks is judged before what is asked.
        const claims = tokens.check(request.headers['authorization']);
        const scope = request.path.startsWith('/subscriptions/') ? 'subscription' : 'tenant';
        const remaining = throttle.take(claims.appid, request.method, scope);
        return withRemaining(remaining, () => answerArm(world, { ...request, body: bodyOf(request, bytes) }));
      },
    },
    identity: { ...common, answer: (request) => answerIdentity(secrets, tokens, request) },
  };
}

function makeWorld(
  options: ArmOptions,
  secrets: Secrets,
): { world: World; setDataplane: (dataplane: Dataplane) => void; observer: Observer } {
  const store = new Store(options.stateDir, linksOf);
  let dataplane: Dataplane | null = null;
  const { clock, draw, rules, faults } = options;
  const world: World = {
    store,
    operations: new Operations(store, clock, draw),
    clock,
    draw,
    faults,
    rules,
    subscriptionId,
    tenantId: secrets.tenantId,
    baseUrl: () => `https://127.0.0.1:${secrets.port ?? 0}`,
    dataplane: () => dataplane,
    observed: (connectionId) => observer.observed(connectionId),
  };
  const observer = new Observer(world);
  const setDataplane = (next: Dataplane): void => {
    dataplane = next;
  };
  return { world, setDataplane, observer };
}

/** Takes up what an earlier process left; from here on operations end by themselves. */
function resume(world: World): void {
  const effects = new Map([
    ...resourceEffects(world),
    ...groupEffects(world),
    ...actionEffects(world),
    ...deploymentEffects(world),
  ]);
  world.operations.resume(effects);
  driveDeployments(world);
  driveGroupDeletions(world);
  world.store.commit();
}

async function listenBoth(options: ArmOptions, secrets: Secrets, arm: Server, identity: Server): Promise<void> {
  for (const server of [arm, identity]) server.keepAliveTimeout = idleMs;
  const asked = options.port === 0 ? null : options.port;
  secrets.port = await listenOn(arm, secrets.port ?? asked, 'ARM endpoint');
  try {
    secrets.identityPort = await listenOn(identity, secrets.identityPort, 'identity endpoint');
  } catch (error) {
    await closeServer(arm);
    throw error;
  }
  saveSecrets(options.stateDir, secrets);
}

/**
 * Serves Azure on loopback from a state folder, where it goes on as the last process left it.
 * @throws PortTaken if a port of the folder, or the one asked for, is someone else's
 */
export async function startArm(options: ArmOptions): Promise<Arm> {
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  const secrets = loadSecrets(options.stateDir);
  const identityFiles = serverIdentity(options.stateDir);
  const { world, setDataplane, observer } = makeWorld(options, secrets);
  const log = new RequestLog(join(options.stateDir, 'requests.log'));
  const tokens = new Tokens(secrets, world.baseUrl);
  const context: Context = { options, secrets, world, tokens, log, closed: false };
  const { arm, identity } = surfaces(context);
  const armServer = createHttpsServer({ cert: identityFiles.cert, key: identityFiles.key }, listener(arm));
  const identityServer = createHttpServer(listener(identity));
  for (const server of [armServer, identityServer]) refuseMalformed(server);
  try {
    await listenBoth(options, secrets, armServer, identityServer);
  } catch (error) {
    await log.close();
    throw error;
  }
  resume(world);
  observer.start();
  const base = world.baseUrl();
  return {
    cloud: new Cloud(world),
    setDataplane,
    endpoint: base,
    authority: base,
    tenantId: secrets.tenantId,
    identity: `http://127.0.0.1:${secrets.identityPort ?? 0}/msi/token`,
    identityHeader: secrets.identityHeader,
    caFile: identityFiles.caFile,
    clientId: secrets.clientId,
    subscriptionId,
    imageAliases: imageAliasUrl(base),
    inventory: () => takeInventory(world),
    requests: () => log.recent(),
    close: async () => {
      context.closed = true;
      observer.stop();
      world.operations.close();
      await Promise.all([closeServer(armServer), closeServer(identityServer)]);
      world.store.close();
      await log.close();
    },
  };
}
