import { ArmError } from './errors.ts';

/** Azure's public regions, and whether each has availability zones. */
const zoned = `australiaeast austriaeast belgiumcentral brazilsouth canadacentral centralindia centralus chilecentral
 denmarkeast eastasia eastus eastus2 francecentral germanywestcentral indonesiacentral israelcentral italynorth japaneast
 japanwest koreacentral malaysiawest mexicocentral newzealandnorth northeurope norwayeast polandcentral qatarcentral
 southafricanorth southcentralus southeastasia spaincentral swedencentral switzerlandnorth uaenorth uksouth westeurope
 westus2 westus3`.split(/\s+/);
const plain = `australiacentral australiacentral2 australiasoutheast brazilsoutheast canadaeast francesouth germanynorth
 jioindiacentral jioindiawest koreasouth northcentralus norwaywest southafricawest southindia swedensouth switzerlandwest
 uaecentral ukwest westcentralus westindia westus`.split(/\s+/);

const known = new Set([...zoned, ...plain]);

/** `Japan East` and `japaneast` are one. */
export const normalLocation = (text: string): string => text.toLowerCase().replaceAll(' ', '');

/** @throws ArmError if Azure has no such region. */
export function checkLocation(text: string, type: string): string {
  const location = normalLocation(text);
  if (known.has(location)) return location;
  throw new ArmError(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${text}' is not available for resource type '${type}'. List of available regions for the resource type is '${[...known].toSorted().join(',')}'.`,
  );
}

export const regions: readonly string[] = [...known].toSorted();
