/**
 * What the lab's router prints has the layout of what real routers printed, where their text lies beside the project:
 * with the values blanked, each line of the one is a line of the other. What differs because the machines do is named.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BgpPeer } from '../../../lab/ports.ts';
import { capturesFolder } from '../../support/captures.ts';
import { withRouter } from '../../support/router.ts';
import { skipIfListed } from '../../support/skips.ts';
import { templates } from './layout.ts';
import { DEVICE_SCRIPT, LOOPBACKS } from './script.ts';
import { ESP, IKE } from './seed-site.ts';

interface Comparison {
  readonly command: string;
  /** What the names of this command's captures end with. */
  readonly captures: string;
  /** Lines that only the lab has, and lines that only the captures have. */
  readonly ours?: readonly RegExp[];
  readonly theirs?: readonly RegExp[];
}

/** The captures are of ESP without NAT, of other transforms, and of a release that counts hours. */
const ESP_DIFFERS = {
  ours: [/in use settings =\{Tunnel UDP-Encaps, \}/, /PFS #: Y/, /esp-gcm/, /conn id: #, flow_id: #/],
  theirs: [
    /in use settings =/,
    /sa timing: remaining key lifetime # hours/,
    /Kilobyte Volume Rekey/,
    /replay detection support: N/,
    /PFS #: N/,
    /conn id: #, flow_id:/,
    /esp-sha-hmac/,
    /\(sec\)/,
  ],
};

/** By release. The captures have lost the blanks that their first line began with. */
const COMPARISONS: Readonly<Record<string, readonly Comparison[]>> = {
  '15.x': [
    { command: 'show crypto ikev2 sa', captures: '001-show-crypto-ikev2-sa' },
    {
      command: 'show ip route | begin Gateway',
      captures: '058-show-ip-route',
      // A release of before local routes, whose table is indented by one less, with other protocols.
      ours: [/^S\*/, /^S {5}#/, /^C {8}/, /^L {8}/, /^ {6}# is variably/],
      theirs: [/^Codes/, /^ {7}/, /^ {5}#/, /^[A-Zi#]/],
    },
  ],
  '17.3': [
    {
      command: 'show crypto ikev2 sa detailed',
      captures: '013-show-crypto-ikev2-sa-detailed',
      ours: [/^ # Crypto # {2}SA$/, /^# # # none\/none/, /Dynamic Route/, /NAT-T is detected inside/, / Crypto #/],
      theirs: [/^# # # #/, /Dynamic Route/, /NAT-T is not/, /Pushed IP/, /Remote subnets/, /^ {6}# #/],
    },
    { command: 'show crypto ipsec sa', captures: 'show-crypto-ipsec-sa', ...ESP_DIFFERS },
    { command: 'show crypto ipsec sa detail', captures: 'show-crypto-ipsec-sa-detail', ...ESP_DIFFERS },
    {
      command: 'show crypto session',
      captures: 'show-crypto-session',
      ours: [/^Profile:/, /permit ip/],
      theirs: [/permit # host/],
    },
    {
      command: 'show crypto session detail',
      captures: 'show-crypto-session-detail',
      ours: [/^Profile:/, /fvrf/],
      theirs: [/^Profile:/, /fvrf/],
    },
    { command: 'ping 172.16.1.10 source Loopback100', captures: 'ping', theirs: [/^Success rate is # percent #$/] },
    {
      command: 'show ip interface brief',
      captures: 'show-ip-interface-brief',
      ours: [/^# # YES (DHCP {2}|manual) up {20}(up|down)$/],
      theirs: [/YES (other|unset|TFTP)/],
    },
    {
      command: 'show ip bgp summary',
      captures: 'show-ip-bgp-summary',
      ours: [/never {5}Idle #$/],
      theirs: [/Idle #$/, /rrinfo|communit|received paths/],
    },
    {
      command: 'show version',
      captures: 'show-version',
      // Another model of another release.
      ours: [
        /^Cisco IOS /,
        /^(Compiled|System (returned|restarted|image)|Last reload|License|Next reload|Smart|cisco) /,
        /uptime/i,
        /throughput|operating mode|Gigabit|virtual hard disk/,
      ],
      theirs: [
        /^(Cisco IOS|IOS XE Version)/,
        /^(Compiled|System (returned|restarted|image)|Last reload|License|Next reload|cisco) /,
        /uptime/i,
        /Gigabit|eUSB/,
      ],
    },
    {
      command: 'show archive',
      captures: 'show-archive',
      ours: [/^ Archive # {2}Name/, /^ {2}#/],
      theirs: [/^Archive # {2}Name/, /^#/],
    },
    {
      command: 'show crypto ikev2 proposal',
      captures: 'show-crypto-ikev2-proposal',
      ours: [/proposal: /],
      theirs: [/proposal: /],
    },
  ],
  '17.15': [
    {
      command: 'show crypto ipsec sa',
      captures: 'show-crypto-ipsec-sa',
      ...ESP_DIFFERS,
      theirs: [/in use settings/, /# hours/, /replay detection support: N/, /PFS #: N/, /conn id: #/],
    },
  ],
};

const LINES = [
  ...LOOPBACKS,
  'archive',
  'path bootflash:backup',
  'exit',
  ...DEVICE_SCRIPT.map((line) => line.replace(/group +2/, 'group 14')),
  'router bgp 65010',
  ...['29', '30'].map((last) => `neighbor 172.16.0.${last} remote-as 65515`),
  'neighbor 172.16.0.30 shutdown',
];

const OLD = { algorithms: { kex: ['diffie-hellman-group14-sha1' as const], serverHostKey: ['ssh-rsa' as const] } };

/** The templates of all captures of a command: names are numbered. */
function captured(command: string): Set<string> {
  const folder = capturesFolder();
  const names = readdirSync(folder).filter((name) => new RegExp(`^(\\d+-)?${command}\\.txt$`).test(name));
  assert.ok(names.length > 0, `${folder} holds no capture of ${command}`);
  return new Set(names.flatMap((name) => [...templates(readFileSync(join(folder, name), 'utf8'))]));
}

function without(lines: ReadonlySet<string>, known: ReadonlySet<string>, named: readonly RegExp[] = []): string[] {
  const bare = new Set([...known].map((line) => line.trimStart()));
  return [...lines].filter((line) => !bare.has(line.trimStart()) && !named.some((pattern) => pattern.test(line)));
}

describe('captures of real routers and the lab', () => {
  for (const [release, comparisons] of Object.entries(COMPARISONS))
    it(`have one layout, release ${release}`, async function () {
      await skipIfListed(this);
      await withRouter(
        async ({ shell, link, router }) => {
          const session = await shell(release === '15.x' ? { more: OLD } : {});
          await session.configure(...LINES);
          const peer: BgpPeer = {
            neighbor: '172.16.0.29',
            state: 'Established',
            since: router.now() - 75_000,
            prefixes: [{ prefix: '172.16.0.0/16', asPath: [65_515], best: true }],
            reason: null,
          };
          Object.assign(link, { ike: [IKE], ipsec: [ESP], bgp: [peer] });
          link.up.add('Tunnel11');
          for (const { command, captures, ours, theirs } of comparisons) {
            const [real, printed] = [captured(captures), templates(await session.run(command))];
            assert.deepEqual(without(printed, real, ours), [], `${command}: only the lab's`);
            assert.deepEqual(without(real, printed, theirs), [], `${command}: only the captures'`);
          }
        },
        { release },
      );
    });
});
