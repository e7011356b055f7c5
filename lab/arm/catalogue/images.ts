/** Marketplace images that the lab offers, their plans, and the terms of these. */
import type { AzureRules } from '../contract.ts';
import { ArmError, badRequest } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { type JsonObject, needText, textAt } from '../json.ts';
import type { World } from '../world.ts';

interface Image {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: RegExp;
  readonly version: string;
  /** Has a plan whose terms must be accepted. */
  readonly plan: boolean;
  readonly withdrawn?: boolean;
  readonly rules?: AzureRules;
}

const images: readonly Image[] = [
  { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: /^1[67]_[\w-]+$/, version: '17.3.320210317', plan: true },
  { publisher: 'cisco', offer: 'cisco-c8000v(-byol)?', sku: /^17_[\w-]+$/, version: '17.15.0120240903', plan: true },
  // Withdrawn from the market, in every world: for whoever wants to see that refusal.
  { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: /^3_[\w-]+$/, version: '3.16.0', plan: true, withdrawn: true },
  {
    publisher: 'canonical',
    offer: 'ubuntuserver',
    sku: /^18\.04-LTS$/i,
    version: '18.04.202306070',
    plan: false,
    rules: '2021',
  },
  {
    publisher: 'canonical',
    offer: '0001-com-ubuntu-server-jammy',
    sku: /^22_04-lts(-gen2)?$/i,
    version: '22.04.202410020',
    plan: false,
  },
  {
    publisher: 'canonical',
    offer: 'ubuntu-24_04-lts',
    sku: /^(server|server-gen1|minimal)$/i,
    version: '24.04.202410170',
    plan: false,
  },
  { publisher: 'debian', offer: 'debian-1[123]', sku: /^1[123](-gen2)?$/i, version: '0.20240901.1857', plan: false },
];

const fits = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`, 'i').test(text);

/** The image that a publisher, an offer and a sku name in this world; undefined if there is none. */
function findImage(publisher: string, offer: string, sku: string, rules: AzureRules): Image | undefined {
  return images.find(
    (image) =>
      fits(image.publisher, publisher) &&
      fits(image.offer, offer) &&
      image.sku.test(sku) &&
      (image.rules === undefined || image.rules === rules),
  );
}

const shownVersion = (image: Image, sku: string): string => {
  // The version of a router image begins with its release: 17_3_3-byol is 17.3.3.
  const release = /^(\d+)_(\d+)_(\d+)/.exec(sku);
  return image.plan && release !== null ? `${release[1]}.${release[2]}.${release[3]}20240115` : image.version;
};

/** The versions of an image, newest first; empty if the lab has no such image. */
export function imageVersions(publisher: string, offer: string, sku: string, rules: AzureRules): string[] {
  const image = findImage(publisher, offer, sku, rules);
  return image === undefined ? [] : [shownVersion(image, sku)];
}

/** What stands on the market's shelves: skus by offer by publisher. More are found by who names them. */
const shelves: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Canonical: {
    '0001-com-ubuntu-server-jammy': ['22_04-lts', '22_04-lts-gen2'],
    UbuntuServer: ['18.04-LTS'],
    'ubuntu-24_04-lts': ['minimal', 'server', 'server-gen1'],
  },
  cisco: {
    'cisco-c8000v-byol': ['17_11_01a-byol', '17_13_01a-byol', '17_15_01a-byol'],
    'cisco-csr-1000v': ['16_12_5-byol', '17_2_1-byol', '17_3_3-byol', '17_3_4a-byol'],
  },
  Debian: { 'debian-11': ['11', '11-gen2'], 'debian-12': ['12', '12-gen2'], 'debian-13': ['13', '13-gen2'] },
};

const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): [string, T] | undefined =>
  Object.entries(table).find(([one]) => one.toLowerCase() === name.toLowerCase());

/** Publishers, the offers of one, or the skus of an offer of one, by how much is given; empty for what nobody offers. */
export function marketNames([publisher, offer]: readonly string[], rules: AzureRules): string[] {
  if (publisher === undefined) return Object.keys(shelves);
  const [name, offers] = entryOf(shelves, publisher) ?? ['', {}];
  const sold = (one: string, skus: readonly string[]): readonly string[] =>
    skus.filter((sku) => findImage(name, one, sku, rules) !== undefined);
  if (offer !== undefined) return [...sold(offer, entryOf(offers, offer)?.[1] ?? [])];
  return Object.entries(offers).flatMap(([one, skus]) => (sold(one, skus).length > 0 ? [one] : []));
}

/** What `latest` means, or the version asked for. */
export function imageVersion(reference: JsonObject, rules: AzureRules): string {
  const version = textAt(reference, 'version') ?? 'latest';
  if (version.toLowerCase() !== 'latest') return version;
  const [publisher, offer, sku] = named(reference);
  return imageVersions(publisher, offer, sku, rules)[0] ?? version;
}

/** What boots from an image: Cisco's run IOS-XE, all others Linux. */
export const osOfImage = (reference: JsonObject | undefined): 'ios-xe' | 'linux' =>
  textAt(reference, 'publisher')?.toLowerCase() === 'cisco' ? 'ios-xe' : 'linux';

/** The generation of the virtual hardware that an image boots on. */
export function generationOfImage(reference: JsonObject | undefined): 'V1' | 'V2' {
  const name = `${textAt(reference, 'offer')} ${textAt(reference, 'sku')}`.toLowerCase();
  if (name.includes('gen1')) return 'V1';
  return name.includes('gen2') || name.startsWith('ubuntu-24') ? 'V2' : 'V1';
}

/** What a Linux guest's agent calls its system. */
export function guestOfImage(reference: JsonObject | undefined): { osName: string; osVersion: string } {
  if (textAt(reference, 'publisher')?.toLowerCase() === 'debian') {
    return { osName: 'debian', osVersion: textAt(reference, 'offer')?.replace(/^debian-/i, '') ?? '' };
  }
  return { osName: 'ubuntu', osVersion: /^\d+\.\d+/.exec(textAt(reference, 'exactVersion') ?? '')?.[0] ?? '' };
}

const named = (reference: JsonObject): [publisher: string, offer: string, sku: string] => [
  needText(reference, 'publisher'),
  needText(reference, 'offer'),
  needText(reference, 'sku'),
];

/** @throws ArmError if the image is not there. */
export function checkImage(reference: JsonObject, rules: AzureRules): void {
  const [publisher, offer, sku] = named(reference);
  const version = textAt(reference, 'version') ?? 'latest';
  const versions = imageVersions(publisher, offer, sku, rules);
  if (versions.length > 0 && ['latest', ...versions].includes(version.toLowerCase())) return;
  const name = `${publisher}:${offer}:${sku}:${version}`;
  throw new ArmError(
    404,
    'PlatformImageNotFound',
    `The platform image '${name}' is not available. Verify that all fields in the storage profile are correct. For more details about storage profile information, please refer to https://aka.ms/storageprofile. The lab offers images of ${[...new Set(images.map((one) => one.publisher))].join(', ')}.`,
  );
}

const termsKey = (publisher: string, offer: string, plan: string): string =>
  `terms ${publisher}/${offer}/${plan}`.toLowerCase();

/** @throws ArmError if an image with a plan is asked for without it, without its terms, or is no longer sold. */
export function checkPlan(world: World, reference: JsonObject, plan: JsonObject | undefined): void {
  const [publisher, offer, sku] = named(reference);
  const image = findImage(publisher, offer, sku, world.rules);
  if (image?.plan !== true) {
    if (plan === undefined) return;
    throw badRequest(
      'VMMarketplaceInvalidInput',
      `Creating a virtual machine from a non-Marketplace image does not need Plan information in the request.`,
    );
  }
  if (plan === undefined) {
    throw badRequest(
      'VMMarketplaceInvalidInput',
      `Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request. VM: '${publisher}:${offer}:${sku}'.`,
    );
  }
  const given = [needText(plan, 'publisher'), needText(plan, 'product'), needText(plan, 'name')].map((text) =>
    text.toLowerCase(),
  );
  if (given.join('/') !== [publisher, offer, sku].map((text) => text.toLowerCase()).join('/')) {
    throw badRequest(
      'VMMarketplaceInvalidInput',
      `The purchase plan information of the request (${given.join(', ')}) does not match the image ${publisher}, ${offer}, ${sku}.`,
    );
  }
  if (image.withdrawn === true) {
    throw badRequest(
      'ResourcePurchaseValidationFailed',
      `User failed validation to purchase resources. Error message: 'Offer with PublisherId: '${publisher}', OfferId: '${offer}', PlanId: '${sku}' was removed from the marketplace for new purchase.'`,
    );
  }
  if (world.store.peek(termsKey(publisher, offer, sku)) > 0) return;
  // az asks nobody before it creates, and an account that has used the plan before has accepted: the world of 2021.
  if (world.rules === '2021') return;
  throw new ArmError(
    400,
    'MarketplacePurchaseEligibilityFailed',
    'Marketplace purchase eligibilty check returned errors. See inner errors for details. ',
    [
      {
        code: 'BadRequest',
        message: `Offer with PublisherId: '${publisher}', OfferId: '${offer}' cannot be purchased due to validation errors. You have not accepted the legal terms on this subscription: '${world.subscriptionId}' for this plan. Before the subscription can be used, you need to accept the legal terms of the image. Offer details: publisher='${publisher}' offer = '${offer}', sku = '${sku}'.`,
      },
    ],
  );
}

/** Whether the market knows a plan: an image with terms that is still sold. */
export function hasTerms(publisher: string, offer: string, plan: string, rules: AzureRules): boolean {
  const image = findImage(publisher, offer, plan, rules);
  return image?.plan === true && image.withdrawn !== true;
}

/** Whether an image has a plan, also one that is no longer sold: its versions still say so. */
export function hasPlan(publisher: string, offer: string, plan: string, rules: AzureRules): boolean {
  return findImage(publisher, offer, plan, rules)?.plan === true;
}

/** Accepts the terms of a plan, or withdraws from them. */
export function setTerms(world: World, plan: readonly [string, string, string], accepted: boolean): void {
  world.store.keep(termsKey(...plan), accepted ? 1 : 0);
}

/** The agreement document of a plan. */
export function agreementOf(world: World, publisher: string, offer: string, plan: string): JsonObject {
  const base = `/subscriptions/${world.subscriptionId}/providers/Microsoft.MarketplaceOrdering/offertypes/virtualmachine/publishers/${publisher}/offers/${offer}/plans/${plan}/agreements/current`;
  return {
    id: base,
    name: plan,
    type: 'Microsoft.MarketplaceOrdering/offertypes',
    properties: {
      publisher,
      product: offer,
      plan,
      licenseTextLink: `${world.baseUrl()}/legal/${publisher}/${offer}/${plan}`,
      privacyPolicyLink: `${world.baseUrl()}/legal/${publisher}/privacy`,
      marketplaceTermsLink: `${world.baseUrl()}/legal/terms`,
      retrieveDatetime: new Date(world.clock.now()).toISOString(),
      signature: guidOf(base).replaceAll('-', '').toUpperCase(),
      accepted: world.store.peek(termsKey(publisher, offer, plan)) > 0,
    },
  };
}
