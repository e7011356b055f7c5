import { ArmError } from '../errors.ts';

/** Azure's public regions as people read them, with availability zones and without. */
const zoned =
  `Australia East, Austria East, Belgium Central, Brazil South, Canada Central, Central India, Central US, Chile Central,
 Denmark East, East Asia, East US, East US 2, France Central, Germany West Central, Indonesia Central, Israel Central, Italy North, Japan East,
 Japan West, Korea Central, Malaysia West, Mexico Central, New Zealand North, North Europe, Norway East, Poland Central, Qatar Central,
 South Africa North, South Central US, Southeast Asia, Spain Central, Sweden Central, Switzerland North, UAE North, UK South, West Europe,
 West US 2, West US 3`.split(/,\s+/);
const plain =
  `Australia Central, Australia Central 2, Australia Southeast, Brazil Southeast, Canada East, France South, Germany North,
 Jio India Central, Jio India West, Korea South, North Central US, Norway West, South Africa West, South India, Sweden South, Switzerland West,
 UAE Central, UK West, West Central US, West India, West US`.split(/,\s+/);

/** `Japan East` and `japaneast` are one. */
export const normalLocation = (text: string): string => text.toLowerCase().replaceAll(' ', '');

const displayNames = new Map([...zoned, ...plain].map((text) => [normalLocation(text), text]));
/** Their names in ids and requests, sorted. */
export const regions: readonly string[] = [...displayNames.keys()].toSorted();
const withZones = new Set(zoned.map(normalLocation));

/** `Japan East` for `japaneast`. */
export const displayNameOf = (location: string): string => displayNames.get(location) ?? location;

export const hasZones = (location: string): boolean => withZones.has(location);

/** @throws ArmError if Azure has no such region. */
export function checkLocation(text: string, type: string): string {
  const location = normalLocation(text);
  if (displayNames.has(location)) return location;
  throw new ArmError(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${text}' is not available for resource type '${type}'. List of available regions for the resource type is '${regions.join(',')}'.`,
  );
}
