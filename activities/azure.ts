/** The activities that speak with Azure. */
import { measuringActivities } from './azure-actions.ts';
import { ensuringActivities } from './azure-ensure.ts';
import { observingActivities } from './azure-observe.ts';
import { removingActivities } from './azure-remove.ts';
import type { AzureActivities } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { judged } from './failures.ts';
import { preflightActivities } from './preflight.ts';

export function azureActivities(deps: ActivityDeps): AzureActivities {
  return judged<AzureActivities>({
    ...preflightActivities(deps),
    ...ensuringActivities(deps),
    ...measuringActivities(deps),
    ...observingActivities(deps),
    ...removingActivities(deps),
  });
}
