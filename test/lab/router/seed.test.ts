import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';
import { SCRIPT_AS_PRINTED } from './script.ts';
import { NEGOTIATING, build } from './seed-site.ts';

describe('the router of the lab: the flow of the seed', () => {
  it('takes loopbacks and script, shows them, and pings from the right address', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      const { link, router } = fixture;
      const config = await session.run('show running-config');
      assert.ok(config.includes(SCRIPT_AS_PRINTED), config);
      assert.match(config, /^Building configuration\.\.\.\n\nCurrent configuration : \d+ bytes\n!\n! Last config/);
      assert.match(
        await session.run('show crypto ikev2 sa'),
        /^ IPv4 Crypto IKEv2 {2}SA \n\nTunnel-id Local {17}Remote {16}fvrf\/ivrf {12}Status \n1 {9}172\.20\.10\.210\/4500 {4}20\.210\.93\.46\/4500 {5}none\/none {12}READY {2}\n {6}Encr: AES-CBC, keysize: 256, PRF: SHA1, Hash: SHA96, DH Grp:2, Auth sign: PSK, Auth verify: PSK\n {6}Life\/Active Time: 28800\/115 sec\n/,
      );
      const good = await session.run('ping 172.16.1.10 source Loopback 100 repeat 100');
      assert.equal(
        good,
        'Type escape sequence to abort.\nSending 100, 100-byte ICMP Echos to 172.16.1.10, timeout is 2 seconds:\n' +
          'Packet sent with a source address of 172.20.100.100 \n' +
          `${'!'.repeat(70)}\n${'!'.repeat(30)}\nSuccess rate is 100 percent (100/100), round-trip min/avg/max = 10/11/12 ms\n`,
      );
      const bad = await session.run('ping 172.16.1.10 timeout 0 repeat 2 size 1500');
      assert.match(bad, /Sending 2, 1500-byte .*\n\.\.\nSuccess rate is 0 percent \(0\/2\)\n$/);
      assert.deepEqual(
        link.pings.map(({ source }) => source),
        ['172.20.100.100', '169.254.0.1'],
      );
      assert.match(await session.run('ping 172.16.1.10 so 172.20.200.200 re 1'), /address of 172\.20\.200\.200 \n!\n/);
      assert.equal(router.routes().filter(({ source }) => source === 'S').length, 2);
      assert.equal(router.inventory().tunnels[0]?.lineUp, true);
      assert.equal(router.crypto().tunnels[0]?.destination, '20.210.93.46');
      assert.equal(router.publicAddress, '20.210.140.4');
    });
  });

  it('shows a tunnel that is down: no route, no SA, and why', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture, false);
      const { link, router } = fixture;
      assert.match(await session.run('show ip interface brief | include Tunnel'), / up {20}down {4}\n$/);
      assert.doesNotMatch(await session.run('show ip route'), /172\.16\.0\.0/);
      assert.match(await session.run('show crypto ipsec sa'), /current outbound spi: 0x0\(0\)/);
      assert.match(await session.run('show crypto session'), /Session status: DOWN {5}\n/);
      assert.equal(await session.run('show crypto ikev2 sa'), ' IPv4 Crypto IKEv2  SA \n\n IPv6 Crypto IKEv2  SA \n\n');
      link.ike = [NEGOTIATING];
      assert.match(
        await session.run('show crypto ikev2 sa'),
        / IN-NEG \n {6}Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0\n {6}Life\/Active Time: 86400\/0 sec\n/,
      );
      assert.match(await session.run('show crypto session'), /DOWN-NEGOTIATING/);
      await session.configure('interface Tunnel11', 'tunnel mode gre ip');
      assert.match(await session.run('show crypto session'), /permit 47 host 172\.20\.10\.210 host 20\.210\.93\.46/);
      await session.configure('no interface Tunnel11');
      assert.equal(await session.run('show crypto ipsec sa'), '\nNo SAs found\n\n');
      assert.equal(router.inventory().tunnels.length, 0);
    });
  });

  it('asks for what a ping needs', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      session.type('ping\n');
      for (const [question, answer] of [
        ['Protocol [ip]: ', ''],
        ['Target IP address: ', '172.16.1.10'],
        ['Repeat count [5]: ', '3'],
        ['Datagram size [100]: ', ''],
        ['Timeout in seconds [2]: ', '1'],
        ['Extended commands [n]: ', 'y'],
        ['Ingress ping [n]: ', ''],
        ['Source address or interface: ', 'lo100'],
        ['DSCP Value [0]: ', ''],
        ['Type of service [0]: ', ''],
        ['Set DF bit in IP header? [no]: ', ''],
        ['Validate reply data? [no]: ', ''],
        ['Data pattern [0x0000ABCD]: ', ''],
        ['Loose, Strict, Record, Timestamp, Verbose[none]: ', ''],
        ['Sweep range of sizes [n]: ', ''],
      ] as const) {
        const asked = await session.until(/: $/);
        assert.equal(asked.endsWith(question), true, asked);
        session.type(`${answer}\n`);
      }
      assert.match(await session.until(/#$/), /Sending 3, 100-byte .* address of 172\.20\.100\.100 \r\n!!!\r\n/s);
      session.type('ping\nipx\n');
      await session.until(/Bad IP address or host name\n[^]*#$/);
    });
  });

  it('clears SAs, and breaks a ping off', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      await session.run('clear crypto ikev2 sa');
      await session.run('clear crypto sa');
      assert.deepEqual(fixture.link.cleared, ['ike', 'ipsec']);
      session.type('ping 172.16.1.10 repeat 50\n');
      await session.until(/timeout is 2 seconds:\n/);
      session.type('\u001e');
      assert.match(await session.until(/#$/), /Success rate is 0 percent \(0\/0\)/);
    });
  });

  it('logs a line that comes and goes, also onto a terminal that monitors', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture, false);
      await session.run('terminal monitor');
      fixture.link.up.add('Tunnel11');
      await session.until(/%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel11, changed state to up\n/);
      await session.run('terminal no monitor');
      await session.configure('interface Loopback100', 'shutdown', 'line vty 0 15', 'logging synchronous');
      assert.match(await session.run('show logging'), /%LINK-5-CHANGED: Interface Loopback100, changed state to admin/);
      await session.configure('line vty 0 4', 'logging synchronous');
      await session.run('terminal monitor');
      session.type('show cl');
      await session.until(/show cl$/);
      fixture.link.up.clear();
      await session.until(/changed state to down\nrouter210#show cl$/);
    });
  });
});
