/** Marketplace terms of an image's plan. A sign of consent, hence only given when the site file says so. */
import type { ImageSpec } from '../../domain/spec.ts';
import { Refused } from '../errors.ts';
import type { Arm } from './arm.ts';
import { at, type Body } from './json.ts';
import { versions } from './versions.ts';

export async function acceptTerms(
  arm: Arm,
  request: { readonly subscription: string; readonly image: ImageSpec; readonly accept: boolean },
): Promise<{ accepted: boolean; detail: string }> {
  const { publisher, offer, sku } = request.image;
  const plan = `${publisher}:${offer}:${sku}`;
  const path =
    `/subscriptions/${request.subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine` +
    `/publishers/${publisher}/offers/${offer}/plans/${sku}/agreements/current`;
  const terms = await arm.get(path, versions.marketplace, { deed: `Reading the terms of ${plan}` });
  if (terms === null) {
    throw new Refused({
      what: `The marketplace has no terms for the plan ${plan}`,
      next: 'Choose an image that the marketplace still offers',
      status: 404,
    });
  }
  if (at(terms, 'properties', 'accepted') === true) return { accepted: true, detail: 'accepted before' };
  if (!request.accept) {
    throw new Refused({
      what: `The terms of the plan ${plan} are not accepted`,
      next: 'Read them in the marketplace, then set acceptMarketplaceTerms: true, or accept them there',
    });
  }
  // The service wants back what it answered, with its signature (azure.md, section 1).
  const body: Body = { ...(terms as Body), properties: { ...(at(terms, 'properties') as Body), accepted: true } };
  await arm.put(path, versions.marketplace, body, { deed: `Accepting the terms of ${plan}` });
  return { accepted: true, detail: 'accepted now' };
}
