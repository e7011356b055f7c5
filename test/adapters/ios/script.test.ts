/** Device scripts: what is understood, what is rewritten, what is refused and with which line. */
import assert from 'node:assert/strict';
import { Refused } from '../../../adapters/errors.ts';
import { renderConfiguration } from '../../../adapters/ios/config-tree.ts';
import { prepareScript } from '../../../adapters/ios/index.ts';
import type { TunnelIntent } from '../../../adapters/ios/index.ts';
import { splitTransforms } from '../../../adapters/ios/lines/ipsec-transform-set.ts';
import { scriptTree } from '../../../adapters/ios/script/device-script.ts';
import { parseDeviceScript } from '../../../adapters/ios/script/parse.ts';
import type { IpsecPolicySpec } from '../../../domain/spec.ts';
import {
  fixedNamesScript,
  gateway,
  intent,
  privateAddress,
  publicAddress,
  sharedKey,
  templateScript,
} from './support/samples.ts';

const text = (script: Parameters<typeof scriptTree>[0]): string => renderConfiguration(scriptTree(script)).join('\n');
const open: TunnelIntent = { ...intent, privateAddress: null };

function refusal(run: () => unknown): Refused {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Refused, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

describe('a device script', () => {
  it('means the same in both spacings and with either way of leaving a section', () => {
    const template = parseDeviceScript(templateScript);
    const spaced = parseDeviceScript(templateScript.replaceAll('\n', '\r\n').replaceAll(/^ +exit$/gm, '!'));
    assert.equal(text(template), text(spaced));
    assert.equal(template.tunnels[0]?.name, 'Tunnel11');
    assert.deepEqual(template.leftOut.length, 2);
    assert.match(
      template.leftOut[0] ?? '',
      /^line 6 of the device script is left out, as .* bound to nothing: access-list 101 /,
    );
  });

  it('does not take an octet of an address for the number of an access list', () => {
    const plain = parseDeviceScript(templateScript);
    const address = /match address local (\S+)/.exec(templateScript)?.[1] ?? '';
    for (const other of ['20.120.101.160', '101.5.6.7', '20.120.1.101']) {
      const { leftOut, ...rest } = parseDeviceScript(templateScript.replaceAll(address, other));
      assert.equal(leftOut.length, plain.leftOut.length, other);
      assert.equal(rest.policies.length, 1);
    }
  });

  it('is in dependency order and without hidden defaults, wherever its sections stood', () => {
    const lines = text(parseDeviceScript(fixedNamesScript)).split('\n');
    assert.deepEqual(
      lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ').slice(0, 3).join(' ')),
      [
        'crypto ikev2 proposal',
        'crypto ikev2 policy',
        'crypto ikev2 keyring',
        'crypto ikev2 profile',
        'crypto ipsec transform-set',
        'crypto ipsec profile',
        'interface Tunnel11',
        'ip route 172.16.0.0',
      ],
    );
    assert.ok(!lines.includes(' mode tunnel'));
  });

  const badLines: readonly [string, string, RegExp][] = [
    ['a placeholder in angle brackets', 'tunnel source <NameOfYourOutsideInterface>', /placeholder/],
    ['a placeholder in capitals', 'neighbor LNG_BGPIP activate', /placeholder/],
    ['an unexpanded template path', '/Data/CONNECTION_NAME = x', /placeholder/],
    ['a placeholder for a key', ' pre-shared-key /Data/SP_PresharedKey', /placeholder/],
    ['an instruction in quotes', 'tunnel destination "insert the gateway\'s address"', /placeholder/],
    ['a name in place of an address', 'interface Tunnel12\n tunnel destination Azure-gateway', /holds no address/],
    [
      'a peer that is no address',
      'crypto ikev2 profile X\n match identity remote address Azure-gateway',
      /holds no address/,
    ],
    ['a physical interface', 'interface GigabitEthernet0/0', /changes the interface GigabitEthernet0\/0/],
    ['the default route', 'ip route 0.0.0.0 0.0.0.0 10.0.0.1', /default route/],
    ['half of all addresses', 'ip route 128.0.0.0 128.0.0.0 Tunnel 11', /half of all addresses/],
    ['an unknown command', 'snmp-server community public', /not among the commands/],
    ['an unknown line in a known section', 'interface Tunnel12\n shutdown', /is not known in/],
    ['a route with holes in its mask', 'ip route 10.0.0.0 255.0.255.0 Tunnel11', /is not a route/],
    ['a reload', 'reload', /not among the commands/],
    ['an access list that is bound', 'ip access-list extended 150\nroute-map X\n match ip address 150', /not among/],
  ];
  for (const [what, line, why] of badLines) {
    it(`is refused with the line number for ${what}`, () => {
      const whole = `${templateScript}${line}\n`;
      const number = templateScript.split('\n').length;
      const error = refusal(() => parseDeviceScript(whole));
      assert.match(error.shortMessage, why);
      const named = Number(/^Line (\d+) /.exec(error.shortMessage)?.[1]);
      assert.ok(named === number || named === number + 1, error.shortMessage);
      assert.ok(!error.message.includes(sharedKey));
    });
  }

  const dangling: readonly [string, string, string][] = [
    ['proposal Site-proposal\n  match', 'proposal Other\n  match', 'proposal Other'],
    ['keyring local  Site-keyring', 'keyring local Other', 'keyring local Other'],
    ['set transform-set  Site-TransformSet', 'set transform-set Other', 'set transform-set Other'],
    ['set ikev2-profile  Site-profile', 'set ikev2-profile Other', 'set ikev2-profile Other'],
    ['ipsec profile Site-IPsecProfile\n  exit', 'ipsec profile Other\n  exit', 'tunnel protection ipsec profile Other'],
  ];
  for (const [from, to, line] of dangling) {
    it(`is refused for a reference that leads nowhere: ${line}`, () => {
      const { shortMessage } = refusal(() => parseDeviceScript(templateScript.replace(from, to)));
      assert.ok(shortMessage.includes(`\`${line}\``) && shortMessage.includes('does not define'), shortMessage);
      assert.ok(!shortMessage.startsWith('Line 0 '), shortMessage);
    });
  }

  it('is refused without a tunnel', () => {
    assert.match(refusal(() => parseDeviceScript('! nothing\n')).shortMessage, /no tunnel interface/);
  });
});

describe('preparing a script', () => {
  it('rewrites exactly three addresses behind NAT, and no other', () => {
    for (const source of [templateScript, fixedNamesScript]) {
      const { script, rewrites } = prepareScript(source, intent);
      assert.equal(rewrites.length, 3);
      assert.ok(rewrites.every(({ from, to }) => from === publicAddress && to === privateAddress));
      const lines = text(script).split('\n');
      assert.ok(!lines.some((line) => line.includes(publicAddress)));
      assert.equal(lines.filter((line) => line.includes(privateAddress)).length, 3);
      assert.equal(lines.filter((line) => line.includes(gateway)).length, 4);
    }
  });

  it('rewrites nothing without NAT, nor where interfaces are named instead of addresses', () => {
    assert.deepEqual(prepareScript(templateScript, open).rewrites, []);
    assert.deepEqual(prepareScript(templateScript, { ...intent, privateAddress: publicAddress }).rewrites, []);
    const byInterface = templateScript.replace(`tunnel source ${publicAddress}`, 'tunnel source GigabitEthernet1');
    assert.equal(prepareScript(byInterface, intent).rewrites.length, 2);
  });

  it('digests the masked text: another key is the same script, another algorithm is not', () => {
    const digest = (script: string): string => prepareScript(script, intent).digest;
    assert.match(digest(templateScript), /^[0-9a-f]{64}$/);
    assert.equal(digest(templateScript), digest(templateScript.replaceAll(sharedKey, 'another-Key-77')));
    assert.notEqual(digest(templateScript), digest(templateScript.replace('sha1', 'sha256')));
  });

  it('routes every prefix of the hub through the tunnel, and nothing else', () => {
    const two = { ...intent, hubPrefixes: ['172.16.0.0/16', '10.9.0.0/24'] };
    const onPremises = `${templateScript}ip route 172.20.0.0 255.255.0.0 Tunnel 11\n`;
    const { script, adjustments } = prepareScript(onPremises, two);
    assert.deepEqual(
      scriptTree(script)
        .map(({ line }) => line)
        .filter((line) => line.startsWith('ip route')),
      ['ip route 172.16.0.0 255.255.0.0 Tunnel11', 'ip route 10.9.0.0 255.255.255.0 Tunnel11'],
    );
    assert.ok(adjustments.some((one) => /172\.20\.0\.0\/16 .* left out/.test(one)));
    assert.ok(adjustments.some((one) => /10\.9\.0\.0\/24 .* added/.test(one)));
  });

  it('takes a section that is entered twice for one', () => {
    const twice = `${fixedNamesScript}crypto ikev2 keyring ConnectToSite01-keyring\n peer second\n  address 203.0.113.47\n  pre-shared-key x\n`;
    const { keyrings } = parseDeviceScript(twice);
    assert.deepEqual(
      keyrings.map(({ peers }) => peers.map(({ address }) => address)),
      [[gateway, '203.0.113.47']],
    );
  });

  it('does not read what a script says of BGP beyond what it knows', () => {
    const bgp =
      'router bgp 65010\n neighbor 10.0.0.1 remote-as 65515\n address-family ipv4\n  maximum-paths 2\n exit\n exit\n';
    const { leftOut } = parseDeviceScript(`${fixedNamesScript}${bgp}`);
    assert.deepEqual(leftOut.length, 1);
    assert.match(
      leftOut[0] ?? '',
      /^line \d+ of the device script .* not among what Sitelink sends for BGP: maximum-paths 2$/,
    );
  });

  it('leaves out what a script brings for BGP', () => {
    const withBgp = `${templateScript}int loopback 11\n ip address 10.0.0.9 255.255.255.255\nrouter bgp 65010\n neighbor 10.0.0.1 remote-as 65515\n`;
    const { script, adjustments } = prepareScript(withBgp, intent);
    assert.deepEqual([script.bgp, script.loopbacks], [[], []]);
    assert.equal(adjustments.filter((one) => one.includes('routed statically')).length, 2);
  });

  it('is refused when the ends are not those of the connection', () => {
    const other = { ...intent, gatewayAddresses: ['203.0.113.99'] };
    assert.match(refusal(() => prepareScript(templateScript, other)).shortMessage, /leads to 203\.0\.113\.46/);
    const moved = { ...intent, publicAddress: '198.51.100.200' };
    assert.match(refusal(() => prepareScript(templateScript, moved)).shortMessage, /begins Tunnel11 at 198\.51/);
  });
});

const policy: IpsecPolicySpec = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'PFS2048',
  saLifeTimeSeconds: 27000,
  saDataSizeKilobytes: 102400000,
};

describe("Sitelink's own script", () => {
  const known = { ...intent, sharedKey };

  it('is rendered where Azure offers none, and can be read by the same parser', () => {
    const prepared = prepareScript(null, known);
    assert.deepEqual([prepared.origin, prepared.rewrites.length, prepared.unresolvedPlaceholders], ['sitelink', 3, 0]);
    assert.equal(text(parseDeviceScript(text(prepared.script))), text(prepared.script));
    assert.ok(text(prepared.script).includes(' group 2\n'));
  });

  it('follows a policy of our own, whatever the script of Azure says', () => {
    const { origin, script } = prepareScript(templateScript, { ...known, ipsecPolicy: policy });
    const lines = text(script);
    assert.equal(origin, 'sitelink');
    for (const line of [
      'encryption aes-cbc-256',
      'integrity sha256',
      'group 14',
      'esp-gcm 256',
      'set pfs group14',
      'lifetime seconds 27000',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('gives a combined cipher a PRF, and a plain one an integrity algorithm', () => {
    const combined = { ...policy, ikeEncryption: 'GCMAES256', ikeIntegrity: 'SHA384', pfsGroup: 'None' };
    const gcm = prepareScript(null, { ...known, ipsecPolicy: combined }).script;
    assert.deepEqual(gcm.proposals[0], {
      name: 'ConnectToSite01-proposal',
      encryption: 'aes-gcm-256',
      integrity: null,
      prf: 'sha384',
      group: '14',
    });
    assert.equal(gcm.ipsecProfiles[0]?.pfs, null);
    const plain = { ...policy, ipsecEncryption: 'AES256', ipsecIntegrity: 'SHA256' };
    const set = prepareScript(null, { ...known, ipsecPolicy: plain }).script.transformSets[0]?.name ?? '';
    assert.deepEqual(splitTransforms(set), {
      name: 'ConnectToSite01-TransformSet',
      transforms: 'esp-aes 256 esp-sha256-hmac',
    });
  });

  it('has one tunnel for each address of an active-active gateway', () => {
    const both = { ...known, gatewayAddresses: [gateway, '203.0.113.47'] };
    const { script, rewrites } = prepareScript(null, both);
    assert.deepEqual(
      script.tunnels.map(({ name, destination, ipAddress }) => [name, destination, ipAddress?.split(' ')[0]]),
      [
        ['Tunnel11', gateway, '169.254.0.1'],
        ['Tunnel12', '203.0.113.47', '169.254.0.2'],
      ],
    );
    assert.equal(script.routes.length, 2);
    assert.equal(rewrites.length, 4);
  });

  it('is refused without the key, and for an algorithm that IOS does not have', () => {
    assert.match(refusal(() => prepareScript(null, intent)).shortMessage, /shared key .* is not known/);
    const odd = { ...known, ipsecPolicy: { ...policy, dhGroup: 'None' } };
    assert.match(refusal(() => prepareScript(null, odd)).shortMessage, /dhGroup is None/);
  });
});
