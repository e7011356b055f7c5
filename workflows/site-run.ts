/** A site's run: its record, what its hub told it, and what was built. */
import {
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  ApplicationFailure,
  condition,
} from '@temporalio/workflow';
import type { RouterAccess, TunnelBgp, TunnelRequest } from '../activities/contracts.ts';
import { announcedPrefixes } from '../domain/bgp.ts';
import { evidenceDocument, recordObservation, type EvidenceItem } from '../domain/evidence.ts';
import { groupId, hubWorkflowId, resourceId } from '../domain/names.ts';
import type { StatusDocument } from '../domain/progress.ts';
import { siteResources, type SiteResources } from '../domain/resources.ts';
import { siteSteps } from '../domain/runbook.ts';
import type { ConnectionSpec, HubSpec, Ipv4, IpsecPolicySpec, SiteSpec } from '../domain/spec.ts';
import {
  hubAddressesSignal,
  hubReadySignal,
  siteConnectedSignal,
  siteGoneSignal,
  siteOffAzureSignal,
  verifyUpdate,
  type HubReady,
} from './messages.ts';
import { Run } from './run.ts';
import type { Built, SiteInput } from './state.ts';
import { describeFailure, now } from './step.ts';

const signals = { connected: siteConnectedSignal, 'off azure': siteOffAzureSignal, gone: siteGoneSignal };

export class SiteRun extends Run {
  readonly input: SiteInput;
  readonly hub: HubSpec;
  readonly spec: SiteSpec;
  readonly resources: SiteResources;
  built: Built | null;
  gatewayAddresses: readonly Ipv4[];
  /** Of the file; where that has none, what the router's release needs. Known before the connection is made. */
  ipsecPolicy: IpsecPolicySpec | null;
  private readonly ready = new Set<HubReady['part']>();
  private readonly fromHub: { items: readonly EvidenceItem[] };
  /** Verifications asked for and not begun; each is a command that waits for its answer. */
  private verifyAsked = 0;
  private verifyDone = 0;

  constructor(input: SiteInput) {
    const { hub, site } = input;
    const fromHub: { items: readonly EvidenceItem[] } = { items: input.carried?.hubObservations ?? [] };
    const subject = {
      kind: 'site' as const,
      hub: hub.name,
      site: site.name,
      sites: () => [],
      evidence: (observations: readonly EvidenceItem[], leftovers: StatusDocument['leftovers']) =>
        evidenceDocument({
          hub: hub.name,
          site: site.name,
          routerKind: site.router.kind,
          probe: hub.probe !== null && site.verify.fromProbe !== null,
          tornDown: observations.some((item) => item.row === 19),
          observations: [...fromHub.items, ...observations],
          leftovers,
          now: now(),
        }),
    };
    super(subject, siteSteps(site, hub), 'waiting-for-hub', input.options, input.carried);
    this.fromHub = fromHub;
    this.input = input;
    this.hub = hub;
    this.spec = site;
    this.resources = siteResources(hub, site);
    this.built = input.carried?.built ?? null;
    this.gatewayAddresses = this.built?.tunnel.gatewayAddresses ?? [];
    this.ipsecPolicy = this.built?.tunnel.ipsecPolicy ?? site.connection.ipsecPolicy;
    this.listenToHub();
    this.listenForVerify();
  }

  nextInput(built: Built): SiteInput {
    return { ...this.input, carried: { ...this.carried(), hubObservations: this.fromHub.items, built } };
  }

  /** Before a verification: what it does not see again is not evidence. Baseline and ownership stay in their steps. */
  forgetObservations(): void {
    this.observations = [];
    this.fromHub.items = [];
    this.show();
  }

  hubPart(part: HubReady['part']): Promise<void> {
    return this.when(() => this.ready.has(part));
  }

  hubAddresses(): Promise<void> {
    return this.when(() => this.gatewayAddresses.length > 0);
  }

  verifyPending(): boolean {
    return this.verifyAsked > this.verifyDone;
  }

  verified(asked: number): void {
    this.verifyDone = asked;
  }

  verificationsAsked(): number {
    return this.verifyAsked;
  }

  access(host: string, hostKey: string | null): RouterAccess {
    const { router } = this.spec;
    const expectedHostname = router.kind === 'device' ? router.expectedHostname : router.name;
    const { host: sshHost, port, username, privateKey, password, enableSecret, hostKey: pin } = router.ssh;
    return {
      host: sshHost ?? host,
      ssh: { host: sshHost, port, username, privateKey, password, enableSecret, hostKey: pin },
      expectedHostname,
      hostKey,
    };
  }

  tunnel(access: RouterAccess, publicAddress: Ipv4): TunnelRequest {
    const { router } = this.spec;
    const vm = router.kind === 'azure-vm';
    return {
      access,
      connectionId: this.resources.connection.id,
      gatewayId: this.gatewayId(),
      connection: this.connectionSpec(),
      ipsecPolicy: this.ipsecPolicy,
      gatewayAddresses: this.gatewayAddresses,
      hubPrefixes: this.hub.network.addressSpace,
      sitePrefixes: this.spec.prefixes,
      publicAddress,
      privateAddress: vm ? router.privateIp : router.privateAddress,
      tunnelNumbers: vm ? [] : router.tunnelNumbers,
      sharePolicy: router.change.sharePolicy,
      archive: router.change.archive,
      bgp: this.tunnelBgp(),
    };
  }

  private tunnelBgp(): TunnelBgp | null {
    const { bgp } = this.spec;
    const ofGateway = this.hub.gateway.bgp;
    if (bgp === null || ofGateway === null) return null;
    return { ...bgp, gatewayAsn: ofGateway.asn, announce: announcedPrefixes(this.spec) };
  }

  connectionSpec(): ConnectionSpec {
    return { ...this.spec.connection, ipsecPolicy: this.ipsecPolicy };
  }

  hubGroupId(): string {
    return groupId(this.hub.subscription, this.hub.resourceGroup);
  }

  gatewayId(): string {
    return resourceId(this.hubGroupId(), 'gateway', this.hub.gateway.name);
  }

  async tellHub(message: 'connected' | 'off azure' | 'gone'): Promise<void> {
    const handle = getExternalWorkflowHandle(hubWorkflowId(this.hub.name));
    try {
      await handle.signal(signals[message], { site: this.spec.name });
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.note(`the hub could not be told: ${describeFailure(error)}`);
    }
  }

  private listenToHub(): void {
    const take = (items: readonly EvidenceItem[]): void => {
      for (const item of items) this.fromHub.items = recordObservation(this.fromHub.items, item);
      this.show();
    };
    setHandler(hubAddressesSignal, ({ gatewayAddresses, observations }) => {
      this.gatewayAddresses = gatewayAddresses;
      take(observations);
    });
    setHandler(hubReadySignal, ({ part, observations }) => {
      this.ready.add(part);
      take(observations);
    });
  }

  private listenForVerify(): void {
    const refuse = (): void => {
      const phase = this.phase();
      if (phase === 'connected' || phase === 'degraded') return;
      throw ApplicationFailure.nonRetryable(
        `verify is for a site that is connected or degraded; it is ${phase}.`,
        'Refused',
      );
    };
    const handler = async (): Promise<StatusDocument> => {
      this.verifyAsked += 1;
      const mine = this.verifyAsked;
      await condition(() => this.verifyDone >= mine || this.teardownRequested);
      if (this.verifyDone < mine)
        throw ApplicationFailure.nonRetryable('A teardown came before the verification.', 'Refused');
      return this.status();
    };
    setHandler(verifyUpdate, handler, { validator: refuse, description: 'Prove the tunnel anew' });
  }
}
