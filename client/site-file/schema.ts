/** The site file as valibot schemas: what may be written, not yet what it means. The JSON Schema comes from here too. */
import * as v from 'valibot';
import * as f from './formats.ts';

const address = v.pipe(f.ipv4, v.description('A dotted IPv4 address'));
const prefix = v.pipe(f.cidr, v.description('An IPv4 prefix, a.b.c.d/length'));
const adopt = v.optional(
  v.pipe(f.flag, v.description('Take a resource that exists already; what was adopted is never deleted')),
);

const asn = f.whole(1, 4_294_967_295);

function listOf<const T extends v.GenericSchema>(item: T, what: string, least = 1) {
  const message = f.saying('must be a list', `write a list of ${what}: [ … ]`);
  const tooFew = f.saying('is empty', `list at least one of ${what}`);
  return least === 0 ? v.array(item, message) : v.pipe(v.array(item, message), v.minLength(least, tooFew));
}

const literalSecret = f.saying(
  'must be a reference: a secret never stands in the site file',
  'write { env: NAME_OF_A_VARIABLE } or { file: /path }, and give the secret to the worker there',
);
const fromEnvironment = v.strictObject({ env: f.environmentName });
const fromFile = v.strictObject({ file: f.filePath });

/** Where the worker finds a password. */
const secretReference = v.union([fromEnvironment, fromFile], literalSecret);
/** Where the worker finds the shared key, or that it is to be made. */
const sharedKey = v.union([fromEnvironment, fromFile, v.strictObject({ generate: v.literal(true) })], literalSecret);

const fileReference = v.pipe(
  v.strictObject({
    file: v.union(
      [f.filePath, v.strictObject({ env: f.environmentName, default: v.optional(f.filePath) })],
      f.saying('is no path', 'write a path, or { env: NAME_OF_A_VARIABLE, default: ~/.ssh/id_rsa }'),
    ),
  }),
  v.description('A file of the worker; default { env: SITELINK_SSH_KEY, default: ~/.ssh/id_rsa }'),
);

const subnet = v.strictObject({ name: f.azureName, prefix });

const gateway = v.strictObject({
  name: f.azureName,
  sku: v.optional(v.pipe(f.gatewaySku, v.description('VpnGw1AZ (default) to VpnGw5AZ'))),
  publicIps: v.pipe(
    listOf(
      v.strictObject({
        name: f.azureName,
        zones: v.optional(listOf(f.oneOf(['1', '2', '3']), 'zones, as text', 0)),
      }),
      'public addresses',
    ),
    v.maxLength(2, f.saying('has a third address: a gateway has one or two instances', 'leave two addresses')),
  ),
  activeActive: v.optional(v.pipe(f.flag, v.description('Two instances, each with a public address and a tunnel'))),
  bgp: v.optional(
    v.strictObject({
      asn: v.optional(v.pipe(asn, v.description('Default: 65515'))),
      apipa: v.optional(
        v.pipe(
          listOf(address, 'addresses'),
          v.description('In 169.254.21.0 to 169.254.22.255, one per public address'),
        ),
      ),
    }),
  ),
  adopt,
});

const probe = v.strictObject({
  name: f.hostName,
  subnet,
  privateIp: address,
  size: v.optional(f.vmSize),
  image: v.optional(v.pipe(f.image, v.description('An alias such as Ubuntu2204, or a URN'))),
  adminUsername: v.optional(f.userName),
  privateKey: v.optional(fileReference),
  adopt,
});

const hub = v.strictObject({
  name: f.plainName,
  subscription: v.optional(v.pipe(f.subscription, v.description('Default: AZURE_SUBSCRIPTION_ID'))),
  location: f.location,
  resourceGroup: f.groupName,
  network: v.strictObject({
    name: f.azureName,
    addressSpace: listOf(prefix, 'prefixes'),
    gatewaySubnet: v.pipe(prefix, v.description('A /27 or larger within the address space')),
    adopt,
  }),
  gateway,
  probe: v.optional(probe),
});

const ipsecPolicy = v.strictObject({
  ikeEncryption: f.oneOf(['AES256', 'AES192', 'AES128', 'GCMAES256', 'GCMAES128', 'DES3']),
  ikeIntegrity: f.oneOf(['SHA384', 'SHA256', 'SHA1', 'MD5', 'GCMAES256', 'GCMAES128']),
  dhGroup: f.oneOf(['DHGroup24', 'ECP384', 'ECP256', 'DHGroup14', 'DHGroup2048', 'DHGroup2', 'DHGroup1', 'None']),
  ipsecEncryption: f.oneOf([
    'GCMAES256',
    'GCMAES192',
    'GCMAES128',
    'AES256',
    'AES192',
    'AES128',
    'DES3',
    'DES',
    'None',
  ]),
  ipsecIntegrity: f.oneOf(['GCMAES256', 'GCMAES192', 'GCMAES128', 'SHA256', 'SHA1', 'MD5']),
  pfsGroup: f.oneOf(['PFS24', 'ECP384', 'ECP256', 'PFS2048', 'PFS14', 'PFS2', 'PFS1', 'None']),
  saLifeTimeSeconds: v.optional(f.whole(300, 172_799)),
  saDataSizeKilobytes: v.optional(f.whole(1024, 2_147_483_647)),
});

const connection = v.strictObject({
  name: f.azureName,
  sharedKey: v.pipe(sharedKey, v.description('Where the worker finds the shared key; never the key itself')),
  ipsecPolicy: v.optional(v.pipe(ipsecPolicy, v.description('All of it or nothing; default: what Azure offers'))),
  dpdTimeoutSeconds: v.optional(f.whole(9, 3600)),
  connectionMode: v.optional(f.oneOf(['Default', 'ResponderOnly', 'InitiatorOnly'])),
  deviceScript: v.optional(
    v.strictObject({ vendor: v.string(), family: v.string(), firmware: v.string() }, 'must name the device script'),
  ),
  adopt,
});

const ssh = {
  port: v.optional(f.whole(1, 65_535)),
  privateKey: v.optional(fileReference),
  enableSecret: v.optional(secretReference),
  hostKey: v.optional(v.pipe(f.hostKey, v.description('SHA256:…; default: the first key seen is kept'))),
};

const change = {
  archive: v.optional(f.oneOf(['useIfOn', 'turnOn'])),
  sharePolicy: v.optional(v.pipe(f.flag, v.description('Join an IKEv2 policy that serves the same address'))),
  onVerifyFailure: v.optional(f.oneOf(['keep', 'rollback'])),
};

const azureVm = v.strictObject({
  kind: v.literal('azure-vm'),
  name: f.hostName,
  resourceGroup: f.groupName,
  location: f.location,
  network: v.strictObject({ name: f.azureName, addressSpace: listOf(prefix, 'prefixes'), subnet, adopt }),
  privateIp: address,
  image: v.pipe(f.image, v.description('A URN: publisher:offer:sku:version')),
  acceptMarketplaceTerms: v.optional(f.flag),
  size: v.optional(f.vmSize),
  priority: v.optional(f.oneOf(['Regular', 'Spot'])),
  spotFallback: v.optional(v.pipe(f.flag, v.description('Take Regular when there is no Spot capacity'))),
  loopbacks: v.optional(listOf(v.strictObject({ name: f.loopbackName, address: f.interfaceAddress }), 'loopbacks', 0)),
  ssh: v.optional(
    v.strictObject({
      username: v.optional(f.userName),
      ...ssh,
      allowFrom: v.optional(
        v.pipe(listOf(prefix, 'prefixes'), v.description('Where workers come from; default SITELINK_OPERATOR_CIDR')),
      ),
      allowAnywhere: v.optional(f.flag),
    }),
  ),
  change: v.optional(v.strictObject(change)),
  adopt,
});

const device = v.strictObject({
  kind: v.literal('device'),
  address: v.pipe(address, v.description('What Azure sees')),
  privateAddress: v.optional(v.pipe(address, v.description('Only behind NAT'))),
  expectedHostname: f.hostName,
  ssh: v.strictObject({
    host: v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, f.saying('is no host', 'write a name or address')),
    ),
    username: v.pipe(v.string(), v.regex(/^[^\s:@]+$/, f.saying('is no user name', 'write it without blanks'))),
    password: v.optional(secretReference),
    ...ssh,
  }),
  tunnels: v.optional(
    v.strictObject({
      numbers: v.pipe(
        listOf(f.whole(0, 2_147_483_647), 'tunnel numbers'),
        v.maxLength(2, f.saying('has a third tunnel: a gateway has one or two instances', 'leave two numbers')),
      ),
    }),
  ),
  change: v.optional(
    v.strictObject({
      approval: v.optional(f.oneOf(['none', 'required'])),
      save: v.optional(f.oneOf(['verified', 'never'])),
      ...change,
    }),
  ),
});

const count = v.optional(f.whole(1, 1000));

const site = v.strictObject({
  name: f.plainName,
  localGateway: v.optional(v.strictObject({ name: f.azureName })),
  prefixes: v.pipe(listOf(prefix, 'prefixes', 0), v.description('May be empty with bgp')),
  connection,
  router: v.variant('kind', [azureVm, device], f.saying('is no kind of router', 'use azure-vm or device')),
  verify: v.optional(
    v.strictObject({
      fromProbe: v.optional(v.strictObject({ targets: listOf(address, 'addresses'), count })),
      fromRouter: v.optional(
        v.strictObject({ target: v.optional(address), source: v.optional(f.interfaceName), count }),
      ),
      maxLossPercent: v.optional(f.whole(0, 100)),
      /** How long to wait for an IKE SA that is READY; default 300. */
      readyWithinSeconds: v.optional(f.whole(5, 3600)),
    }),
  ),
  bgp: v.optional(
    v.strictObject({
      asn: v.pipe(asn, v.description('The AS number of the site')),
      peerAddress: v.pipe(address, v.description('What the router speaks BGP from: a loopback of its own gets it')),
    }),
  ),
});

export const siteFileSchema = v.pipe(
  v.strictObject({ hub, sites: listOf(site, 'sites') }),
  v.title('Sitelink site file'),
);

/** A site file as written, after its form was checked. */
export type WrittenFile = v.InferOutput<typeof siteFileSchema>;
export type WrittenSite = WrittenFile['sites'][number];
export type WrittenRouter = WrittenSite['router'];
