/** Routers that exist without Azure: how they are declared, and the configuration they start with. */
import * as v from 'valibot';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { problemsOf } from './problems.ts';

/** A declaration or an order that cannot be carried out; the message lists every problem. */
export class WrongDevice extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(message: string, status: ContentfulStatusCode = 400, code = 'WrongDevice') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const address = v.pipe(v.string(), v.ipv4('must be a dotted IPv4 address'));
const word = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'must be letters, digits, ".", "_" or "-"'));
const line = v.pipe(v.string(), v.regex(/^[^\r\n]*$/, 'must be one line'));

const DEVICE = v.strictObject({
  name: word,
  hostname: v.optional(word),
  release: v.optional(v.pipe(v.string(), v.regex(/^\d+\.[\dx]+/, 'must be a release such as 17.3')), '17.3'),
  publicAddress: address,
  privateAddress: v.optional(address),
  mask: v.optional(address, '255.255.255.0'),
  gateway: v.optional(address),
  username: word,
  privilege: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(15)), 15),
  password: v.optional(line),
  publicKey: v.optional(v.union([line, v.array(line)]), []),
  enableSecret: v.optional(line),
  config: v.optional(v.union([v.string(), v.array(line)]), []),
});

type Declared = v.InferOutput<typeof DEVICE>;

/** A declared device: `address` is that of GigabitEthernet1, `publicAddress` what Azure sees. */
export interface Device {
  readonly name: string;
  readonly hostname: string;
  readonly release: string;
  readonly publicAddress: string;
  readonly address: string;
  readonly mask: string;
  readonly gateway: string;
  readonly username: string;
  readonly privilege: number;
  readonly password: string | null;
  readonly publicKeys: readonly string[];
  readonly enableSecret: string | null;
  readonly config: readonly string[];
}

/** Moves a router's clock or switches its power. */
export interface Order {
  readonly advanceSeconds?: number | undefined;
  readonly power?: 'on' | 'off' | undefined;
}

const ORDER = v.pipe(
  v.strictObject({
    advanceSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(31_536_000))),
    power: v.optional(v.picklist(['on', 'off'])),
  }),
  v.check((order) => Object.keys(order).length > 0, 'names neither advanceSeconds nor power'),
);

/** Whether a body orders something of a router that is there, rather than declaring one. */
export const isOrder = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('advanceSeconds' in body || 'power' in body);

export const parseOrder = (body: unknown): Order => parse(ORDER, body, 'order');

/** One declaration; `name` may come from the URL instead of the body. */
export function parseDevice(body: unknown, name?: string): Device {
  const named = name !== undefined && typeof body === 'object' && body !== null ? { name, ...body } : body;
  const declared = parse(DEVICE, named, name ?? 'device');
  if (name !== undefined && declared.name !== name)
    throw new WrongDevice(`The body names the device ${declared.name}, the path ${name}.`);
  if (declared.password === undefined && declared.publicKey.length === 0)
    throw new WrongDevice(`${declared.name}: give it a password or a publicKey, else nobody can log in.`);
  return deviceOf(declared);
}

/** A file of declarations: a list, or `{devices: [...]}`. */
export function parseDevices(document: unknown): readonly Device[] {
  const list: unknown =
    typeof document === 'object' && document !== null && 'devices' in document ? document.devices : document;
  if (!Array.isArray(list)) throw new WrongDevice('Devices are a list, or an object with the list "devices".');
  const devices = list.map((one: unknown) => parseDevice(one));
  const names = devices.map((one) => one.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new WrongDevice(`Two devices have the name ${twice}.`);
  return devices;
}

function parse<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new WrongDevice(problemsOf(result.issues, what));
}

function deviceOf(declared: Declared): Device {
  const own = declared.privateAddress ?? declared.publicAddress;
  const { publicKey, config } = declared;
  return {
    name: declared.name,
    hostname: declared.hostname ?? declared.name,
    release: declared.release,
    publicAddress: declared.publicAddress,
    address: own,
    mask: declared.mask,
    gateway: declared.gateway ?? firstHost(own, declared.mask),
    username: declared.username,
    privilege: declared.privilege,
    password: declared.password ?? null,
    publicKeys: typeof publicKey === 'string' ? [publicKey] : publicKey,
    enableSecret: declared.enableSecret ?? null,
    config: typeof config === 'string' ? config.split(/\r?\n/) : config,
  };
}

/** The first address of a network, which Azure and most sites give to the way out; the second if the router has it. */
export function firstHost(own: string, mask: string): string {
  const masks = mask.split('.').map(Number);
  const parts = own.split('.').map((part, index) => Number(part) & (masks[index] ?? 0));
  const last = parts[3] ?? 0;
  const first = [...parts.slice(0, 3), last + 1].join('.');
  return first === own ? [...parts.slice(0, 3), last + 2].join('.') : first;
}

/** What a declared device boots with: a fixed address, the way out, and the declaration's own lines. */
export function startupConfig(device: Device): string {
  return [
    `hostname ${device.hostname}`,
    '!',
    'interface GigabitEthernet1',
    ` ip address ${device.address} ${device.mask}`,
    ' negotiation auto',
    '!',
    `ip route 0.0.0.0 0.0.0.0 ${device.gateway}`,
    '!',
    ...device.config,
    'end',
    '',
  ].join('\n');
}
