/** The seed's commands, in its order and in its words; where Azure takes a flag no more, what stands there now. */

export interface Flags {
  readonly sku: string;
  /** Of the gateway's address; with a blank before it. */
  readonly zones: string;
  /** Of linux010. */
  readonly image: string;
}

/** As they were written, in 2021. */
export const AS_WRITTEN: Flags = { sku: 'VpnGw1', zones: '', image: 'UbuntuLTS' };

/** As Azure takes them now (azure.md, 0). */
export const NOW: Flags = { sku: 'VpnGw1AZ', zones: ' --zone 1 2 3', image: 'Ubuntu2204' };

export const ROUTER = `az vm create \\
  --resource-group ResourceGroupWest \\
  --name router210 \\
  --image cisco:cisco-csr-1000v:17_3_3-byol:latest \\
  --size Standard_D2_v5 \\
  --admin-username azureuser \\
  --ssh-key-values ~/.ssh/authorized_keys \\
  --priority Spot \\
  --private-ip-address 172.20.10.210`;

/** What stands in for the site. */
export const SITE_NETWORK: readonly string[] = [
  'az group create --name ResourceGroupWest --location japanwest',
  'az network vnet create --resource-group ResourceGroupWest --name Vnet20 --address-prefix 172.20.0.0/16',
  `az network vnet subnet create \\
    --resource-group ResourceGroupWest --name Subnet10 --vnet-name Vnet20 --address-prefixes 172.20.10.0/24`,
];

export const HUB_NETWORK: readonly string[] = [
  'az group create --name ResourceGroupEast --location japaneast',
  'az network vnet create --resource-group ResourceGroupEast --name Vnet16 --address-prefix 172.16.0.0/16',
  `az network vnet subnet create \\
    --resource-group ResourceGroupEast --name GatewaySubnet --vnet-name Vnet16 --address-prefixes 172.16.0.0/27`,
];

export const address = ({ zones }: Pick<Flags, 'zones'>): string =>
  `az network public-ip create --resource-group ResourceGroupEast --name VpnGwPublicIp --sku Standard${zones}`;

export const SHOW_ADDRESS =
  'az network public-ip show --resource-group ResourceGroupEast --name VpnGwPublicIp --query "ipAddress"';

export const gateway = ({ sku }: Pick<Flags, 'sku'>): string => `az network vnet-gateway create \\
  --name VnetGw --public-ip-address VpnGwPublicIp --resource-group ResourceGroupEast --vnet Vnet16 \\
  --gateway-type Vpn --vpn-type RouteBased --sku ${sku} --no-wait`;

export const SHOW_GATEWAY = `az network vnet-gateway show \\
  --name VnetGw --resource-group ResourceGroupEast --query "provisioningState" --output tsv`;

export const localGateway = (siteAddress: string): string => `az network local-gateway create \\
  --gateway-ip-address ${siteAddress} --name Site01 --resource-group ResourceGroupEast \\
  --local-address-prefixes 172.20.100.0/24 172.20.200.0/24`;

const SHARED_KEY = 'P@ssw0rd1234';

export const CONNECTION = `az network vpn-connection create \\
  --name ConnectToSite01 --resource-group ResourceGroupEast \\
  --vnet-gateway1 VnetGw --shared-key ${SHARED_KEY} --local-gateway2 Site01`;

export const SHOW_CONNECTION =
  'az network vpn-connection show --resource-group ResourceGroupEast --name ConnectToSite01';

/** In the portal's place: "download configuration". */
export const DEVICE_SCRIPT = `az network vpn-connection show-device-config-script \\
  --resource-group ResourceGroupEast --name ConnectToSite01 \\
  --vendor Cisco --device-family 'IOS (ISR, ASR)' --firmware-version '15.x (IKEv2)'`;

export const PROBE_SUBNET = `az network vnet subnet create \\
  --resource-group ResourceGroupEast --name Subnet01 --vnet-name Vnet16 --address-prefixes 172.16.1.0/24`;

export const probe = ({ image }: Pick<Flags, 'image'>): string => `az vm create \\
  --resource-group ResourceGroupEast \\
  --name linux010 \\
  --image ${image} \\
  --size Standard_B1s \\
  --admin-username azureuser \\
  --ssh-key-values ~/.ssh/authorized_keys \\
  --vnet-name Vnet16 \\
  --subnet Subnet01 \\
  --private-ip-address 172.16.1.10`;

/** In the portal's place: "effective routes" of linux010's network interface. */
export const EFFECTIVE_ROUTES =
  'az network nic show-effective-route-table --resource-group ResourceGroupEast --name linux010VMNic';
