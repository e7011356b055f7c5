/** The api-versions that this code was written against (azure.md, section 1). */
export const versions = {
  network: '2025-05-01',
  compute: '2026-03-01',
  disks: '2025-01-02',
  resources: '2025-04-01',
  subscriptions: '2022-12-01',
  marketplace: '2021-01-01',
} as const;

/** The api-version for a resource id, by its provider. */
export function versionFor(id: string): string {
  const lower = id.toLowerCase();
  if (lower.includes('/providers/microsoft.compute/disks/')) return versions.disks;
  if (lower.includes('/providers/microsoft.compute/')) return versions.compute;
  if (lower.includes('/providers/microsoft.network/')) return versions.network;
  return versions.resources;
}
