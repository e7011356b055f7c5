/** Azure's list of VPN devices and the configuration script of each (azure.md, section 2). */
import { badRequest } from '../errors.ts';
import { needText } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Reply, Request, World } from '../world.ts';
import { type Action, needMethod } from './begin.ts';
import { ciscoIos } from './scripts/cisco-ios.ts';
import { ciscoIsr } from './scripts/cisco-isr.ts';
import { type ScriptFacts, scriptFacts } from './scripts/facts.ts';
import { parametersOnly } from './scripts/parameters.ts';

interface Device {
  readonly vendor: string;
  readonly family: string;
  readonly firmware: readonly string[];
  readonly script: (facts: ScriptFacts, device: { vendor: string; family: string; firmware: string }) => string;
}

const devices: readonly Device[] = [
  {
    vendor: 'Allied Telesis',
    family: 'AR Series VPN Routers',
    firmware: ['AR-Series 5.4.7+'],
    script: parametersOnly('!'),
  },
  {
    vendor: 'Cisco',
    family: 'ASA (Adaptive Security Appliance)',
    firmware: [
      'Cisco_ASA_[9.8+_ONLY]_RouteBased(IKEv2+VTI+BGP)',
      'Cisco_ASA_[9.8+_ONLY]_Active-Active_HA-Mode_RouteBased:(IKEv2+VTI+BGP)',
      'Cisco_ASA_[Between_9.6(4)--9.7.x_ONLY]_RouteBased(IKEv2-NoBGP)',
      'Cisco_ASA_[BELOW_9.6(4)_ONLY]_IKEv2_{MUST:CustomAzure-IPSec-Policies_w/Narrow_TrafficSelectors}',
    ],
    script: parametersOnly('!'),
  },
  { vendor: 'Cisco', family: 'Cisco-ISR(IOS)', firmware: ['Cisco-ISR-15.x--IKEv2+BGP'], script: ciscoIsr },
  { vendor: 'Cisco', family: 'IOS (ISR, ASR)', firmware: ['15.x (IKEv2)'], script: ciscoIos },
  { vendor: 'Generic Samples', family: 'Device Parameters', firmware: ['1.0'], script: parametersOnly('#') },
  { vendor: 'Juniper', family: 'SRX', firmware: ['JunOS 12.x (IKEv2)'], script: parametersOnly('#') },
  { vendor: 'Ubiquiti', family: 'EdgeRouter', firmware: ['EdgeOS v1.10.x+ (IKEv2)'], script: parametersOnly('#') },
];

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function deviceList(): string {
  const vendors = [...new Set(devices.map(({ vendor }) => vendor))].map((vendor) => {
    const families = devices
      .filter((device) => device.vendor === vendor)
      .map(({ family, firmware }) => {
        const versions = firmware.map((name) => `<FirmwareVersion name="${escapeXml(name)}" />`).join('');
        return `<DeviceFamily name="${escapeXml(family)}">${versions}</DeviceFamily>`;
      });
    return `<Vendor name="${escapeXml(vendor)}">${families.join('')}</Vendor>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><RpVpnDeviceList version="1.0">${vendors.join('')}</RpVpnDeviceList>`;
}

function supportedDevices(_world: World, _gateway: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  return { status: 200, body: deviceList() };
}

/** One JSON string with CRLF line ends. @throws ArmError 400 for a device that is not in the list */
function deviceScript(world: World, connection: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  const [vendor, family, firmware] = [
    needText(request.body, 'vendor'),
    needText(request.body, 'deviceFamily'),
    needText(request.body, 'firmwareVersion'),
  ];
  const device = devices.find(
    (known) => known.vendor === vendor && known.family === family && known.firmware.includes(firmware),
  );
  if (device === undefined) {
    throw badRequest(
      'VpnDeviceConfigurationScriptNotSupported',
      `There is no VPN device configuration script for vendor '${vendor}', device family '${family}', firmware version '${firmware}'. Ask the gateway for its supported VPN devices.`,
    );
  }
  const text = device.script(scriptFacts(world, connection), { vendor, family, firmware });
  return { status: 200, body: text.replaceAll('\n', '\r\n') };
}

export const deviceActions: readonly [string, Action][] = [
  ['microsoft.network/virtualnetworkgateways/supportedvpndevices', supportedDevices],
  ['microsoft.network/connections/vpndeviceconfigurationscript', deviceScript],
];
