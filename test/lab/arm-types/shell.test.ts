import assert from 'node:assert/strict';
import type { Host } from '../../../lab/arm/actions/host.ts';
import { runShell } from '../../../lab/arm/actions/shell.ts';
import type { PingRequest } from '../../../lab/ports.ts';
import { dataplane } from './dataplane.ts';

const seed = [11.1, 11.6, 11.2];

function host(replies: readonly (number | null)[] = seed, asked: PingRequest[] = []): Host {
  const plane = dataplane({ replies, asked: (request) => asked.push(request) });
  return {
    hostname: 'linux010',
    address: '172.16.1.10',
    scaled: (milliseconds) => milliseconds / 1000,
    ping: (request) => plane.pingFromVm('vm', request),
  };
}

describe('the probe’s shell', () => {
  const scripts: readonly [script: string, stdout: string, stderr: string][] = [
    ['echo hello', 'hello\n', ''],
    ['echo -n hello', 'hello', ''],
    ['echo "a  b" \'c;d\' e\\ f', 'a  b c;d e f\n', ''],
    ['hostname; hostname -I', 'linux010\n172.16.1.10 \n', ''],
    ['uname && uname -a', 'Linux\nLinux linux010 6.8.0-1018-azure x86_64 GNU/Linux\n', ''],
    ['false && echo no; echo yes', 'yes\n', ''],
    ['false || echo yes', 'yes\n', ''],
    ['true || echo no', '', ''],
    ['# nothing\n\n  echo one # comment\necho two', 'one\ntwo\n', ''],
    ['sleep 1; echo done', 'done\n', ''],
    ['curl http://x && echo no', '', 'sh: 1: curl: not found\n'],
    ['echo a\nnope', 'a\n', 'sh: 2: nope: not found\n'],
    ['constructor', '', 'sh: 1: constructor: not found\n'],
    ['echo a\nexit 3\necho b', 'a\n', ''],
    ['echo "a', '', 'sh: 1: Syntax error: Unterminated quoted string\n'],
    ['echo $HOME', '', "sh: 1: the lab's shell expands no $\n"],
    ['ping -c 1 1.2.3.4 | tail', '', "sh: 1: the lab's shell knows no |\n"],
    ['ip route', '', 'Object "route" is unknown, try "ip help".\n'],
    ['ping -c 3', '', 'ping: usage error: Destination address required\n'],
    ['ping 172.20.100.100', '', "ping: the lab's ping needs a count: -c N\n"],
    ['ping -c x 172.20.100.100', '', "ping: invalid argument: 'x'\n"],
    ['ping -Z 172.20.100.100', '', "ping: invalid option -- 'Z'\n"],
    ['ping -c 1 router210', '', 'ping: router210: Name or service not known\n'],
  ];
  for (const [script, stdout, stderr] of scripts) {
    it(`runs ${JSON.stringify(script)}`, async () => {
      assert.deepEqual(await runShell(host(), script), { stdout, stderr });
    });
  }

  it('shows its address', async () => {
    const { stdout } = await runShell(host(), 'ip addr');
    assert.match(stdout, /inet 172\.16\.1\.10\/24 brd 172\.16\.1\.255 scope global eth0/);
  });
});

describe('the probe’s ping', () => {
  const head = 'PING 172.20.100.100 (172.20.100.100) 56(84) bytes of data.\n';
  const line = (sequence: number, time: string): string =>
    `64 bytes from 172.20.100.100: icmp_seq=${sequence} ttl=255 time=${time} ms\n`;
  const foot = (text: string): string => `\n--- 172.20.100.100 ping statistics ---\n${text}\n`;

  const outputs: readonly [what: string, command: string, replies: readonly (number | null)[], stdout: string][] = [
    [
      'as the seed shows it',
      'ping 172.20.100.100 -c 3',
      seed,
      `${head}${line(1, '11.1')}${line(2, '11.6')}${line(3, '11.2')}${foot(
        '3 packets transmitted, 3 received, 0% packet loss, time 2003ms\nrtt min/avg/max/mdev = 11.100/11.300/11.600/0.216 ms',
      )}`,
    ],
    [
      'with a lost packet',
      'ping -c 3 -W 2 172.20.100.100',
      [11.1, null, 11.1],
      `${head}${line(1, '11.1')}${line(3, '11.1')}${foot(
        '3 packets transmitted, 2 received, 33.3333% packet loss, time 2003ms\nrtt min/avg/max/mdev = 11.100/11.100/11.100/0.000 ms',
      )}`,
    ],
    [
      'with nothing come back',
      'ping -c 2 -i 0.5 172.20.100.100',
      [null],
      `${head}${foot('2 packets transmitted, 0 received, 100% packet loss, time 502ms\n')}`,
    ],
    [
      'quietly',
      'ping -nqc2 172.20.100.100',
      [0.123],
      `${head}${foot(
        '2 packets transmitted, 2 received, 0% packet loss, time 1002ms\nrtt min/avg/max/mdev = 0.123/0.123/0.123/0.000 ms',
      )}`,
    ],
    [
      'with times of every size',
      'ping -c 4 172.20.100.100',
      [0.1234, 1.234, 12.34, 123.4],
      `${head}${line(1, '0.123')}${line(2, '1.23')}${line(3, '12.3')}${line(4, '123')}${foot(
        '4 packets transmitted, 4 received, 0% packet loss, time 3004ms\nrtt min/avg/max/mdev = 0.123/34.274/123.400/51.678 ms',
      )}`,
    ],
  ];
  for (const [what, command, replies, stdout] of outputs) {
    it(`prints ${what}`, async () => {
      assert.deepEqual(await runShell(host(replies), command), { stdout, stderr: '' });
    });
  }

  it('fails if nothing came back, and succeeds if anything did', async () => {
    const tail = '&& echo up || echo down';
    assert.match((await runShell(host([null, 5]), `ping -c 2 172.20.100.100 ${tail}`)).stdout, /up\n$/);
    assert.match((await runShell(host([null]), `ping -c 2 172.20.100.100 ${tail}`)).stdout, /down\n$/);
  });

  it('asks the data plane for one packet at a time, the last with its whole timeout', async () => {
    const asked: PingRequest[] = [];
    await runShell(host(seed, asked), 'ping -c 2 -W 5 -s 100 172.20.100.100');
    assert.deepEqual(
      asked.map(({ count, sizeBytes, timeoutSeconds }) => [count, sizeBytes, timeoutSeconds]),
      [
        [1, 100, 1],
        [1, 100, 5],
      ],
    );
  });

  it('gets nothing back where there is no network', async () => {
    const alone: Host = { ...host(), ping: () => undefined };
    assert.match((await runShell(alone, 'ping -c 1 172.20.100.100')).stdout, /100% packet loss, time 0ms/);
  });
});
