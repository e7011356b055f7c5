/** What ends SAs that stand, other than their lifetimes and dead-peer detection: both ends hear of it at once. */
import type { CloudView, RouterTunnel, RouterView } from '../ports.ts';
import type { Agreement } from './negotiation.ts';
import { sameId } from './router-end.ts';

/** Null: nothing does. */
export function whyEnded(
  router: RouterView,
  tunnel: RouterTunnel,
  agreement: Agreement,
  cloud: CloudView,
): string | null {
  return peerGone(agreement, cloud) ?? shutDown(router, tunnel) ?? changedTunnel(agreement.path.tunnel, tunnel);
}

function peerGone({ connection: before, path }: Agreement, cloud: CloudView): string | null {
  const now = cloud.connections().find((one) => sameId(one.id, before.id));
  if (now === undefined || now.provisioningState === 'Deleting') return `The connection ${before.name} was deleted.`;
  if (now.gateway.provisioningState === 'Deleting') return `The gateway ${now.gateway.name} is Deleting.`;
  if (now.epoch !== before.epoch) return `The connection ${before.name} was reset.`;
  if (now.gateway.epoch !== before.gateway.epoch) return `The gateway ${before.gateway.name} was reset.`;
  if (now.localGateway.address !== path.seenAs)
    return `The local gateway of ${now.name} has the address ${now.localGateway.address}, the router is seen as ${path.seenAs}.`;
  return null;
}

/** A tunnel interface that is shut tells its peer. */
function shutDown(router: RouterView, { name }: RouterTunnel): string | null {
  const face = router.interfaces().find((one) => one.name === name);
  return face?.adminUp === false ? `${name} of ${router.hostname} is shut down; give it "no shutdown".` : null;
}

function changedTunnel(before: RouterTunnel, now: RouterTunnel): string | null {
  const same =
    before.source === now.source &&
    before.destination === now.destination &&
    before.mode === now.mode &&
    before.protectionProfile === now.protectionProfile;
  return same ? null : `${now.name} was changed, which ends its SAs.`;
}
