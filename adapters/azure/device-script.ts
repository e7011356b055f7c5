/**
 * The device script: which one, and its text. The names in Azure's list change over the years (azure.md, section 2), so
 * the choice is an ordered list of patterns, with an override by exact names.
 */
import { shortId } from '../../domain/names.ts';
import { Refused } from '../errors.ts';
import type { Arm } from './arm.ts';
import { textAt } from './json.ts';
import { versions } from './versions.ts';

export interface DeviceChoice {
  readonly vendor: string;
  readonly family: string;
  readonly firmware: string;
}

/**
 * Cisco's IOS family by preference. The template for `ISR, ASR` is the one that can be pasted; what is named
 * `Cisco-ISR(IOS)` has known defects and comes last; ASA is another operating system (azure.md, 2.1 and 2.2).
 */
const preferences: readonly { readonly family: RegExp; readonly firmware: RegExp }[] = [
  { family: /IOS\s*\(.*(ISR|ASR|CSR)/i, firmware: /IKEv2(?!.*BGP)/i },
  { family: /IOS\s*\(.*(ISR|ASR|CSR)/i, firmware: /./ },
  { family: /(IOS[- ]?XE|CSR|C8000V|Catalyst)/i, firmware: /IKEv2(?!.*BGP)|RouteBased/i },
  { family: /(IOS[- ]?XE|CSR|C8000V|Catalyst|ASR)/i, firmware: /./ },
  { family: /ISR/i, firmware: /^(?!.*BGP)/i },
];

/** Every device of the list that Azure answers: XML inside a JSON string. */
export function parseDevices(xml: string): DeviceChoice[] {
  const devices: DeviceChoice[] = [];
  let vendor = '';
  let family = '';
  for (const [, element, name] of xml.matchAll(/<(Vendor|DeviceFamily|FirmwareVersion)\b[^>]*?\bname="([^"]*)"/gi)) {
    const value = unescapeXml(name ?? '');
    if (element?.toLowerCase() === 'vendor') vendor = value;
    else if (element?.toLowerCase() === 'devicefamily') family = value;
    else devices.push({ vendor, family, firmware: value });
  }
  return devices;
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/**
 * The device whose script fits IOS-XE best, or exactly the override.
 * @throws Refused when the list has neither.
 */
export function chooseDevice(devices: readonly DeviceChoice[], override: DeviceChoice | null): DeviceChoice {
  if (override !== null) {
    const exact = devices.find((device) => nameOf(device) === nameOf(override));
    if (exact !== undefined) return exact;
    throw noDevice(`Azure offers no device script for ${nameOf(override)}`, devices);
  }
  const cisco = devices.filter((device) => /cisco/i.test(device.vendor) && !/\bASA\b/i.test(device.family));
  for (const preference of preferences) {
    const found = cisco.find(
      (device) => preference.family.test(device.family) && preference.firmware.test(device.firmware),
    );
    if (found !== undefined) return found;
  }
  throw noDevice('Azure offers no device script for Cisco IOS', devices);
}

function nameOf(device: DeviceChoice): string {
  return `${device.vendor} / ${device.family} / ${device.firmware}`;
}

function noDevice(what: string, devices: readonly DeviceChoice[]): Refused {
  const offered = devices.map(nameOf).join('; ');
  return new Refused({
    what: `${what}; it offers ${offered === '' ? 'none at all' : offered}`,
    next: 'Choose one of these as connection.deviceScript, with vendor, family and firmware',
  });
}

export async function supportedDevices(arm: Arm, gatewayId: string, signal?: AbortSignal): Promise<DeviceChoice[]> {
  const ask = { deed: `Listing the devices of ${shortId(gatewayId)}`, ...(signal ? { signal } : {}) };
  const reply = await arm.post(`${gatewayId}/supportedvpndevices`, versions.network, null, ask);
  return parseDevices(textOf(reply.body));
}

/** The script's text, which holds the shared key in clear: it must not leave the activity that asked. */
export async function deviceScript(
  arm: Arm,
  connectionId: string,
  choice: DeviceChoice,
  signal?: AbortSignal,
): Promise<string> {
  const ask = { deed: `Fetching the device script of ${shortId(connectionId)}`, ...(signal ? { signal } : {}) };
  const body = { vendor: choice.vendor, deviceFamily: choice.family, firmwareVersion: choice.firmware };
  const reply = await arm.post(`${connectionId}/vpndeviceconfigurationscript`, versions.network, body, ask);
  const text = textOf(reply.body);
  if (text.trim() === '') {
    throw new Refused({
      what: `Azure answered an empty device script for ${nameOf(choice)}`,
      next: 'Choose another one as connection.deviceScript',
    });
  }
  return text;
}

/** Azure answers one JSON string; some servers put it into a property. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : textAt(body, 'value');
}
