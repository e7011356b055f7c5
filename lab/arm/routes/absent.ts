/**
 * Types that Azure has and the lab does not make: nobody can have made one, so their lists are empty, and each of them is
 * not found. Everything else asked of them is refused with 501.
 */
const network = `applicationGateways applicationSecurityGroups azureFirewalls bastionHosts ddosProtectionPlans
 expressRouteCircuits firewallPolicies loadBalancers natGateways networkWatchers privateEndpoints publicIPPrefixes
 routeTables serviceEndpointPolicies virtualHubs virtualNetworkTaps virtualWans vpnGateways vpnSites`;
const compute = `availabilitySets capacityReservationGroups diskEncryptionSets galleries images proximityPlacementGroups
 snapshots sshPublicKeys virtualMachineScaleSets`;

const typesOf = (namespace: string, names: string): [string, string][] =>
  names.split(/\s+/).map((name) => [`${namespace}/${name}`.toLowerCase(), `${namespace}/${name}`]);

const absent = new Map([
  ...typesOf('Microsoft.Network', network),
  ...typesOf('Microsoft.Compute', compute),
  ...typesOf('Microsoft.Authorization', 'locks policyAssignments'),
  // Those of the subscription; a group's have routes of their own.
  ...typesOf('Microsoft.Resources', 'deployments'),
]);

/** The type in Azure's spelling; undefined if it is none of these. */
export const absentType = (type: string): string | undefined => absent.get(type.toLowerCase());
