import assert from 'node:assert/strict';
import { Settings } from '../../lab/settings.ts';
import { withFolder } from '../support/folder.ts';
import {
  WrongDevice,
  firstHost,
  isOrder,
  parseDevice,
  parseDevices,
  parseOrder,
  startupConfig,
} from '../../lab/devices.ts';

const least = { name: 'r1', publicAddress: '203.0.113.7', username: 'admin', password: 'p' };

describe('a declaration of a device', () => {
  it('is completed: own address, mask, way out, host name, release', () => {
    const device = parseDevice(least);
    assert.deepEqual(
      [device.hostname, device.release, device.address, device.mask, device.gateway, device.privilege],
      ['r1', '17.3', '203.0.113.7', '255.255.255.0', '203.0.113.1', 15],
    );
    assert.match(startupConfig(device), /^hostname r1\n!\ninterface GigabitEthernet1\n ip address 203\.0\.113\.7 255/);
    assert.match(startupConfig(device), /ip route 0\.0\.0\.0 0\.0\.0\.0 203\.0\.113\.1\n!\nend\n$/);
  });

  it('takes lines as text or as a list, and one key or several', () => {
    const text = parseDevice({ ...least, config: 'a\nb', publicKey: 'ssh-rsa A' });
    assert.deepEqual([text.config, text.publicKeys], [['a', 'b'], ['ssh-rsa A']]);
    const list = parseDevice({ ...least, config: ['a'], publicKey: ['k', 'l'] });
    assert.deepEqual([list.config, list.publicKeys], [['a'], ['k', 'l']]);
  });

  it('has its own address behind NAT', () => {
    const device = parseDevice({ ...least, privateAddress: '10.0.0.2', enableSecret: 'e' });
    assert.deepEqual([device.address, device.gateway, device.enableSecret], ['10.0.0.2', '10.0.0.1', 'e']);
  });

  it('has a port of its own, whatever it is called', () => {
    withFolder((folder) => {
      for (const [index, name] of ['constructor', '__proto__', 'r1'].entries()) {
        assert.equal(new Settings(folder, null).routerPort(name), null);
        new Settings(folder, null).setRouterPort(name, 4000 + index);
        assert.equal(new Settings(folder, null).routerPort(name), 4000 + index);
      }
    });
  });

  it('gets the second address as way out if it has the first itself', () => {
    assert.equal(firstHost('10.0.0.1', '255.255.255.0'), '10.0.0.2');
  });

  const wrong: [string, () => unknown, RegExp][] = [
    ['nobody could log in', () => parseDevice({ ...least, password: undefined }), /password or a publicKey/],
    [
      'addresses and names are wrong',
      () => parseDevice({ ...least, publicAddress: '1', name: 'a b' }),
      /name: .*; publicAddress/,
    ],
    ['the path has another name', () => parseDevice(least, 'r2'), /names the device r1, the path r2/],
    ['a member is unknown', () => parseDevice({ ...least, colour: 'red' }), /^unknown member colour$/],
    ['it is no list', () => parseDevices({}), /are a list/],
    ['two have one name', () => parseDevices([least, least]), /Two devices have the name r1/],
    ['an order is empty', () => parseOrder({}), /names neither advanceSeconds nor power/],
    ['an order goes back in time', () => parseOrder({ advanceSeconds: -1 }), /advanceSeconds/],
  ];
  for (const [what, parse, message] of wrong) {
    it(`is refused if ${what}`, () => {
      assert.throws(parse, (error) => error instanceof WrongDevice && message.test(error.message));
    });
  }

  it('is told from an order', () => {
    assert.deepEqual(
      [isOrder({ advanceSeconds: 1 }), isOrder({ power: 'on' }), isOrder(least), isOrder(null)],
      [true, true, false, false],
    );
    assert.deepEqual(parseOrder({ power: 'off' }), { power: 'off' });
    assert.equal(parseDevices({ devices: [least] }).length, 1);
  });
});
