/** What stands under a subscription without being a resource: marketplace terms, images, sizes, locations. */
import { ArmError, badRequest } from '../errors.ts';
import { acceptTerms, agreementOf, generationOfImage, hasPlan, hasTerms, imageVersions } from '../images.ts';
import { type JsonObject, flagAt, textAt } from '../json.ts';
import { regions } from '../regions.ts';
import type { Reply, Request, World } from '../world.ts';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handle: (world: World, request: Request, match: RegExpExecArray) => Reply;
}

/** The segments that a pattern caught, in the spelling of the request. */
function caught(request: Request, match: RegExpExecArray): string[] {
  const segments = request.path.split('/');
  return match.slice(1).map((text) => segments.find((segment) => segment.toLowerCase() === text) ?? text);
}

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
function accept(world: World, request: Request, match: RegExpExecArray): Reply {
  const [publisher, offer, name] = plan(world, request, match);
  const terms = agreementOf(world, publisher, offer, name);
  if (textAt(request.body, 'properties.signature') !== textAt(terms, 'properties.signature')) {
    throw badRequest('BadRequest', 'The signature of the agreement is missing or is not the one that was read.');
  }
  if (flagAt(request.body, 'properties.accepted') === true) acceptTerms(world, publisher, offer, name);
  return { status: 200, body: agreementOf(world, publisher, offer, name) };
}

const images =
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/([^/]+)\/publishers\/([^/]+)\/artifacttypes\/vmimage\/offers\/([^/]+)\/skus\/([^/]+)\/versions$/;
const image = new RegExp(`${images.source.slice(0, -1)}\\/([^/]+)$`);

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
  return { status: 200, body: versions.slice(0, top).map((name) => ({ location, name, id: `${base}/${name}` })) };
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

/** Cores, memory in GB and most NICs of the sizes that the lab names; a VM may have any other. */
const sizes: readonly (readonly [name: string, cores: number, memory: number, nics: number])[] = [
  ['Standard_B1s', 1, 1, 2],
  ['Standard_B2s', 2, 4, 3],
  ['Standard_D2_v5', 2, 8, 2],
  ['Standard_D2s_v5', 2, 8, 2],
  ['Standard_D4_v5', 4, 16, 2],
  ['Standard_DS2_v2', 2, 7, 2],
];

function listSkus(_world: World, request: Request): Reply {
  const wanted = /location eq '([^']+)'/i.exec(request.query.get('$filter') ?? '')?.[1]?.toLowerCase();
  const locations = wanted === undefined ? regions : regions.filter((region) => region === wanted);
  const value = locations.flatMap((location) =>
    sizes.map(([name, cores, memory, nics]) => ({
      resourceType: 'virtualMachines',
      name,
      tier: 'Standard',
      size: name.slice('Standard_'.length),
      locations: [location],
      locationInfo: [{ location, zones: ['1', '2', '3'] }],
      capabilities: [
        { name: 'vCPUs', value: String(cores) },
        { name: 'MemoryGB', value: String(memory) },
        { name: 'LowPriorityCapable', value: 'True' },
        { name: 'MaxNetworkInterfaces', value: String(nics) },
      ],
      restrictions: [],
    })),
  );
  return { status: 200, body: { value } };
}

function listSizes(): Reply {
  const value = sizes.map(([name, numberOfCores, memory, nics]) => ({
    name,
    numberOfCores,
    memoryInMB: memory * 1024,
    osDiskSizeInMB: 1_047_552,
    resourceDiskSizeInMB: 0,
    maxDataDiskCount: nics * 2,
  }));
  return { status: 200, body: { value } };
}

function listLocations(world: World): Reply {
  const value = regions.map((name) => ({
    id: `/subscriptions/${world.subscriptionId}/locations/${name}`,
    name,
    type: 'Region',
    displayName: name,
    regionalDisplayName: name,
    metadata: { regionType: 'Physical' },
  }));
  return { status: 200, body: { value } };
}

const readTerms: Route['handle'] = (world, request, match) => ({
  status: 200,
  body: agreementOf(world, ...plan(world, request, match)),
});

export const subscriptionRoutes: readonly Route[] = [
  { method: 'GET', pattern: agreement, handle: readTerms },
  { method: 'PUT', pattern: agreement, handle: accept },
  { method: 'GET', pattern: images, handle: listImages },
  { method: 'GET', pattern: image, handle: getImage },
  { method: 'GET', pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/skus$/, handle: listSkus },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/[^/]+\/vmsizes$/,
    handle: listSizes,
  },
  { method: 'GET', pattern: /^\/subscriptions\/[^/]+\/locations$/, handle: listLocations },
];
