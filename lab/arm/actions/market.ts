/** The market: terms of plans, and the tree of publishers, offers, skus and versions of images. */
import { ArmError, badRequest } from '../errors.ts';
import {
  agreementOf,
  generationOfImage,
  hasPlan,
  hasTerms,
  imageVersions,
  marketNames,
  setTerms,
} from '../catalogue/images.ts';
import { type JsonObject, flagAt, textAt } from '../json.ts';
import type { Reply, Request, World } from '../world.ts';
import { type SubscriptionRoute, caught } from './subscription-route.ts';

const agreement =
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.marketplaceordering\/offertypes\/virtualmachine\/publishers\/([^/]+)\/offers\/([^/]+)\/plans\/([^/]+)\/agreements\/current$/;

function plan(world: World, request: Request, match: RegExpExecArray): [string, string, string] {
  const [publisher = '', offer = '', name = ''] = caught(request, match);
  if (hasTerms(publisher, offer, name, world.rules)) return [publisher, offer, name];
  throw new ArmError(
    404,
    'ResourceNotFound',
    `Offer with PublisherId: '${publisher}', OfferId: '${offer}' and PlanId: '${name}' was not found in the marketplace.`,
  );
}

/** The service wants back what its GET answered, with the signature (azure.md, section 1). */
function answerTerms(world: World, request: Request, match: RegExpExecArray): Reply {
  const [publisher, offer, name] = plan(world, request, match);
  const terms = agreementOf(world, publisher, offer, name);
  if (textAt(request.body, 'properties.signature') !== textAt(terms, 'properties.signature')) {
    throw badRequest('BadRequest', 'The signature of the agreement is missing or is not the one that was read.');
  }
  setTerms(world, [publisher, offer, name], flagAt(request.body, 'properties.accepted') === true);
  return { status: 200, body: agreementOf(world, publisher, offer, name) };
}

const publishers = /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/([^/]+)\/publishers$/;
const deeper = (from: RegExp, more: string): RegExp => new RegExp(`${from.source.slice(0, -1)}${more}$`);
const offers = deeper(publishers, '\\/([^/]+)\\/artifacttypes\\/vmimage\\/offers');
const skus = deeper(offers, '\\/([^/]+)\\/skus');
const images = deeper(skus, '\\/([^/]+)\\/versions');
const image = deeper(images, '\\/([^/]+)');

/** What the market calls a level of its tree, and where it stands. */
function entries(names: readonly string[], location: string, base: string): Reply {
  return { status: 200, body: names.map((name) => ({ location, name, id: `${base}/${name}` })) };
}

/** Publishers, the offers of one, or the skus of an offer. @throws ArmError 404 for a publisher or an offer of nobody */
function listNames(world: World, request: Request, match: RegExpExecArray): Reply {
  const [location = '', ...above] = caught(request, match);
  const names = marketNames(above, world.rules);
  if (names.length === 0) {
    throw new ArmError(404, 'NotFound', `Artifact: VMImage was not found: ${above.join(':')} in ${location}.`);
  }
  const [publisher = '', offer = ''] = above;
  const base = `/Subscriptions/${world.subscriptionId}/Providers/Microsoft.Compute/Locations/${location}/Publishers`;
  const offersOf = `${base}/${publisher}/ArtifactTypes/VMImage/Offers`;
  return entries(names, location, [base, offersOf, `${offersOf}/${offer}/Skus`][above.length] ?? base);
}

function versionsOf(world: World, request: Request, match: RegExpExecArray) {
  const [location = '', publisher = '', offer = '', sku = '', version = ''] = caught(request, match);
  const versions = imageVersions(publisher, offer, sku, world.rules);
  if (versions.length === 0) {
    throw new ArmError(
      404,
      'NotFound',
      `Artifact: VMImage was not found: ${publisher}:${offer}:${sku} in ${location}.`,
    );
  }
  const base = `/Subscriptions/${world.subscriptionId}/Providers/Microsoft.Compute/Locations/${location}/Publishers/${publisher}/ArtifactTypes/VMImage/Offers/${offer}/Skus/${sku}/Versions`;
  return { location, publisher, offer, sku, version, versions, base };
}

function listImages(world: World, request: Request, match: RegExpExecArray): Reply {
  const { versions, location, base } = versionsOf(world, request, match);
  const top = Number(request.query.get('$top') ?? versions.length);
  return entries(versions.slice(0, top), location, base);
}

function getImage(world: World, request: Request, match: RegExpExecArray): Reply {
  const { versions, version, location, base, publisher, offer, sku } = versionsOf(world, request, match);
  if (!versions.includes(version)) {
    throw new ArmError(404, 'NotFound', `Artifact: VMImage was not found: ${publisher}:${offer}:${sku}:${version}.`);
  }
  const properties: JsonObject = {
    hyperVGeneration: generationOfImage({ offer, sku }),
    architecture: 'x64',
    osDiskImage: { operatingSystem: 'Linux', sizeInGb: 30 },
    dataDiskImages: [],
    features: [],
    ...(hasPlan(publisher, offer, sku, world.rules) ? { plan: { publisher, product: offer, name: sku } } : {}),
  };
  return { status: 200, body: { location, name: version, id: `${base}/${version}`, properties } };
}

const readTerms: SubscriptionRoute['handle'] = (world, request, match) => ({
  status: 200,
  body: agreementOf(world, ...plan(world, request, match)),
});

export const marketRoutes: readonly SubscriptionRoute[] = [
  { method: 'GET', pattern: agreement, handle: readTerms },
  { method: 'PUT', pattern: agreement, handle: answerTerms },
  { method: 'GET', pattern: publishers, handle: listNames },
  { method: 'GET', pattern: offers, handle: listNames },
  { method: 'GET', pattern: skus, handle: listNames },
  { method: 'GET', pattern: images, handle: listImages },
  { method: 'GET', pattern: image, handle: getImage },
];
