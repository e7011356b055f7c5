/** The cloud, as the ARM endpoint knows it and the link sees it. */

export type ProvisioningState = 'Succeeded' | 'Updating' | 'Deleting' | 'Failed' | 'Creating' | 'Canceled';

export interface CloudNic {
  readonly id: string;
  readonly primary: boolean;
  readonly privateAddress: string;
  readonly publicAddress: string | null;
  readonly subnetId: string;
  readonly subnetPrefix: string;
  readonly vnetId: string;
  readonly vnetPrefixes: readonly string[];
  readonly ipForwarding: boolean;
  /** As Azure prints it: `00-0D-3A-40-2D-4D`. */
  readonly macAddress: string;
}

export interface CloudVm {
  readonly id: string;
  readonly name: string;
  readonly computerName: string;
  readonly location: string;
  /** A router or a Linux machine, by the image's publisher and offer. */
  readonly os: 'ios-xe' | 'linux';
  readonly powerState: 'starting' | 'running' | 'stopped' | 'deallocated';
  /** When the present power-on began; null while it is off. */
  readonly bootedAt: number | null;
  /** Unique per creation: a VM that was deleted and made anew has another. */
  readonly vmUuid: string;
  readonly image: { publisher: string; offer: string; sku: string; version: string };
  readonly adminUsername: string;
  /** OpenSSH public key lines. */
  readonly sshPublicKeys: readonly string[];
  readonly nics: readonly CloudNic[];
}

export interface IpsecPolicy {
  readonly ikeEncryption: string;
  readonly ikeIntegrity: string;
  readonly dhGroup: string;
  readonly ipsecEncryption: string;
  readonly ipsecIntegrity: string;
  readonly pfsGroup: string;
  readonly saLifeTimeSeconds: number;
  readonly saDataSizeKilobytes: number;
}

export interface CloudGateway {
  readonly id: string;
  readonly name: string;
  readonly provisioningState: ProvisioningState;
  readonly publicAddresses: readonly string[];
  readonly vnetId: string;
  readonly vnetPrefixes: readonly string[];
  readonly activeActive: boolean;
  readonly bgp: { asn: number; addresses: readonly string[] } | null;
  /** Raised by `reset`: all SAs of the gateway are gone when it changes. */
  readonly epoch: number;
}

export interface CloudConnection {
  readonly id: string;
  readonly name: string;
  readonly provisioningState: ProvisioningState;
  readonly gateway: CloudGateway;
  readonly localGateway: {
    readonly id: string;
    readonly address: string;
    readonly prefixes: readonly string[];
    readonly bgp: { asn: number; peerAddress: string } | null;
  };
  readonly sharedKey: string;
  readonly connectionMode: 'Default' | 'ResponderOnly' | 'InitiatorOnly';
  readonly connectionProtocol: 'IKEv1' | 'IKEv2';
  /** Null: Azure's default offers (about-vpn-devices). */
  readonly ipsecPolicy: IpsecPolicy | null;
  readonly usePolicyBasedTrafficSelectors: boolean;
  readonly enableBgp: boolean;
  /** 0 = Azure's default of 45 s. */
  readonly dpdTimeoutSeconds: number;
  /** Raised by `resetconnection`. */
  readonly epoch: number;
}

export interface Flow {
  readonly direction: 'Inbound' | 'Outbound';
  readonly protocol: 'Tcp' | 'Udp' | 'Icmp' | 'Esp';
  readonly remoteAddress: string;
  /** The port at the destination of the flow's first packet; 0 where the protocol has none. */
  readonly port: number;
  /** What BGP has taught Azure: the tag VirtualNetwork stands for these prefixes too. */
  readonly learned?: readonly string[];
}

export interface Verdict {
  readonly allowed: boolean;
  /** `<nsg>/<rule>`, or `no network security group` (a Standard public address is then closed inbound). */
  readonly rule: string;
}

export interface CloudView {
  vms(): readonly CloudVm[];
  connections(): readonly CloudConnection[];
  /** Judges the first packet of a flow at a NIC: the NIC's and its subnet's NSGs with Azure's default rules. */
  judge(nicId: string, flow: Flow): Verdict;
  /** Calls the listener after every change of anything above; returns how to stop. */
  onChange(listener: () => void): () => void;
}
