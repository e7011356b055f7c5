/** A hub's run: its record, and what it tells its sites. */
import {
  CancellationScope,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import {
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  defineSearchAttributeKey,
} from '@temporalio/common';
import { siteWorkflowId, workflowTypes } from '../domain/names.ts';
import { hubResources, type HubResources } from '../domain/resources.ts';
import { hubSteps } from '../domain/runbook.ts';
import type { HubSpec, Ipv4, SiteSpec } from '../domain/spec.ts';
import {
  hubAddressesSignal,
  hubReadySignal,
  siteConnectedSignal,
  siteGoneSignal,
  siteOffAzureSignal,
  type HubAddresses,
  type HubReady,
} from './messages.ts';
import { Run } from './run.ts';
import { defaultRunOptions, type HubInput, type RunOptions, type SiteInput } from './state.ts';
import { describeFailure } from './step.ts';

export class HubRun extends Run {
  readonly input: HubInput;
  readonly spec: HubSpec;
  readonly sites: readonly SiteSpec[];
  readonly resources: HubResources;
  readonly runOptions: RunOptions;
  /** Sites whose runs have not said that they are gone. */
  liveSites: readonly string[];
  private readonly offAzure = new Set<string>();
  private gatewayAddresses: readonly Ipv4[];

  constructor(input: HubInput) {
    const { hub: spec, sites } = input.file;
    const options = input.options ?? defaultRunOptions;
    const subject = {
      kind: 'hub' as const,
      hub: spec.name,
      site: null,
      sites: () => sites.map((one) => one.name),
      evidence: () => null,
    };
    super(subject, hubSteps(spec), 'preflight', options, input.carried);
    this.input = input;
    this.spec = spec;
    this.sites = sites;
    this.resources = hubResources(spec);
    this.runOptions = options;
    this.liveSites = input.carried?.liveSites ?? [];
    this.gatewayAddresses = input.carried?.gatewayAddresses ?? [];
    setHandler(siteConnectedSignal, ({ site: name }) => this.note(`site ${name} is connected`));
    setHandler(siteOffAzureSignal, ({ site: name }) => void this.offAzure.add(name));
    setHandler(siteGoneSignal, ({ site: name }) => {
      this.liveSites = this.liveSites.filter((other) => other !== name);
      this.note(`site ${name} is gone`);
    });
  }

  /** Resolves when no live site has anything left in Azure: a router that does not answer holds nothing up. */
  sitesOffAzure(): Promise<void> {
    return this.when(() => this.liveSites.every((name) => this.offAzure.has(name)));
  }

  nextInput(): HubInput {
    const carried = { ...this.carried(), liveSites: this.liveSites, gatewayAddresses: this.gatewayAddresses };
    return { schema: 1, file: this.input.file, options: this.runOptions, carried };
  }

  /** Sites outlive the hub: they are started outside the scope that a teardown cancels, and never awaited. */
  async startSites(hostKeys: Readonly<Record<string, string>>): Promise<void> {
    for (const spec of this.sites) {
      if (CancellationScope.current().consideredCancelled) return;
      this.liveSites = [...this.liveSites, spec.name];
      await CancellationScope.nonCancellable(() =>
        this.startSite(spec, hostKeys[spec.name] ?? spec.router.ssh.hostKey),
      );
    }
  }

  private async startSite(spec: SiteSpec, hostKey: string | null): Promise<void> {
    const args: [SiteInput] = [{ schema: 1, hub: this.spec, site: spec, hostKey, options: this.runOptions }];
    try {
      await startChild(workflowTypes.site, {
        workflowId: siteWorkflowId(this.spec.name, spec.name),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Site ${spec.name}: ${spec.prefixes.join(', ')} to hub ${this.spec.name}`,
        args,
        ...(this.runOptions.searchAttributes
          ? { typedSearchAttributes: siteAttributes(this.spec.name, spec.name) }
          : {}),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      this.note(`site ${spec.name} has a run already; it is told what this hub has`);
    }
  }

  async tellAddresses(gatewayAddresses: readonly Ipv4[]): Promise<void> {
    this.gatewayAddresses = gatewayAddresses;
    await this.tellSites({ gatewayAddresses, observations: this.observations }, null);
  }

  async tellReady(part: HubReady['part']): Promise<void> {
    await this.tellSites(null, { part, observations: this.observations });
  }

  private async tellSites(addresses: HubAddresses | null, ready: HubReady | null): Promise<void> {
    for (const name of this.liveSites) {
      try {
        const handle = getExternalWorkflowHandle(siteWorkflowId(this.spec.name, name));
        if (addresses !== null) await handle.signal(hubAddressesSignal, addresses);
        if (ready !== null) await handle.signal(hubReadySignal, ready);
      } catch (error) {
        if (isCancellation(error)) throw error;
        this.note(`site ${name} could not be told: ${describeFailure(error)}`);
      }
    }
  }
}

function siteAttributes(hubName: string, siteName: string): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey('SitelinkHub', 'KEYWORD'), value: hubName },
    { key: defineSearchAttributeKey('SitelinkSite', 'KEYWORD'), value: siteName },
  ]);
}
