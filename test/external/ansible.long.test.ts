/** Ansible's collection cisco.ios, which is not ours, takes a router of the lab for a real one. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { DEVICE_SCRIPT } from '../lab/router/script.ts';
import { skipIfListed } from '../support/skips.ts';
import { PASSWORD, withSiteRouter } from './site-router.ts';
import { virtualEnvironment } from './virtual-environment.ts';

/** The package that brings the collection along is large; pip needs some minutes for it. */
const FIRST_USE_MS = 25 * 60_000;

const tunnelLines = DEVICE_SCRIPT.slice(DEVICE_SCRIPT.indexOf('int tunnel 11') + 1)
  .map((line) => line.trim())
  .filter((line) => !line.startsWith('ip route') && line !== 'exit');

/** The same task two times: the second must find nothing to do. */
function twice(name: string, module: string, options: object) {
  return [name, `${name} again`].map((title) => ({ name: title, [`cisco.ios.${module}`]: options }));
}

/** Resource modules, and what each is to merge. */
const RESOURCES: readonly (readonly [name: string, config: object])[] = [
  ['hostname', { hostname: 'router210' }],
  [
    'logging_global',
    { hosts: [{ host: '172.16.1.11' }], buffered: { size: 20_000, severity: 'informational' }, trap: 'warnings' },
  ],
  ['ntp_global', { servers: [{ server: '10.0.0.5', prefer: true }, { server: '10.0.0.6' }], authenticate: true }],
  ['snmp_server', { communities: [{ name: 'noc', ro: true }], contact: 'noc', location: 'lab' }],
  ['service', { timestamps: [{ msg: 'log', timestamp: 'datetime', datetime_options: { msec: true } }] }],
  [
    'acls',
    [
      {
        afi: 'ipv4',
        acls: [
          {
            name: '110',
            acl_type: 'extended',
            aces: [
              {
                grant: 'permit',
                sequence: 10,
                protocol: 'tcp',
                source: { any: true },
                destination: { host: '192.0.2.9', port_protocol: { eq: '443' } },
              },
            ],
          },
        ],
      },
    ],
  ],
  [
    'prefix_lists',
    [
      {
        afi: 'ipv4',
        prefix_lists: [{ name: 'PL', entries: [{ action: 'permit', sequence: 5, prefix: '10.0.0.0/8', le: 24 }] }],
      },
    ],
  ],
  ['route_maps', [{ route_map: 'RM', entries: [{ sequence: 10, action: 'permit', set: { local_preference: 200 } }] }]],
  ['vrf_global', { vrfs: [{ name: 'red', rd: '1:200', description: 'another table' }] }],
  [
    'bgp_global',
    {
      as_number: '65010',
      bgp: { log_neighbor_changes: true },
      neighbors: [{ neighbor_address: '172.16.0.30', remote_as: '65515', ebgp_multihop: { hop_count: 5 } }],
    },
  ],
  [
    'bgp_address_family',
    {
      as_number: '65010',
      address_family: [
        {
          afi: 'ipv4',
          networks: [{ address: '172.20.200.0', mask: '255.255.255.0' }],
          neighbors: [{ neighbor_address: '172.16.0.30', activate: true }],
        },
      ],
    },
  ],
  [
    'ospfv2',
    { processes: [{ process_id: 1, network: [{ address: '10.0.0.0', wildcard_bits: '0.255.255.255', area: '0' }] }] },
  ],
];

/** What changes nothing even the first time: it is so already. */
const SO_ALREADY = ['hostname'];

/** In a task, lines must stand as the running configuration has them. */
const TASKS = [
  { name: 'facts', 'cisco.ios.ios_facts': { gather_subset: ['min', 'hardware', 'interfaces', 'config'] } },
  {
    name: 'profile',
    'cisco.ios.ios_config': { src: 'crypto.cfg' },
  },
  { name: 'tunnel', 'cisco.ios.ios_config': { parents: 'interface Tunnel11', lines: tunnelLines } },
  { name: 'tunnel again', 'cisco.ios.ios_config': { parents: 'interface Tunnel11', lines: tunnelLines } },
  ...twice('loopback', 'ios_l3_interfaces', {
    config: [{ name: 'Loopback300', ipv4: [{ address: '10.30.0.1/32' }] }],
    state: 'merged',
  }),
  ...twice('route', 'ios_static_routes', {
    config: [
      {
        address_families: [
          { afi: 'ipv4', routes: [{ dest: '10.99.0.0/16', next_hops: [{ forward_router_address: '172.20.10.1' }] }] },
        ],
      },
    ],
    state: 'merged',
  }),
  ...twice('banner', 'ios_banner', { banner: 'motd', text: 'Two lines\nof text', state: 'present' }),
  ...RESOURCES.flatMap(([name, config]) => twice(name, `ios_${name}`, { config, state: 'merged' })),
  ...twice('user', 'ios_user', {
    name: 'bob',
    privilege: 15,
    configured_password: 'Bob.12345',
    update_password: 'on_create',
  }),
  { name: 'ping', 'cisco.ios.ios_ping': { dest: '10.30.0.1', count: 2 } },
  {
    name: 'wrong line',
    'cisco.ios.ios_config': { parents: 'interface Tunnel11', lines: ['tunnel mode nonsense'] },
    ignore_errors: true,
  },
  { name: 'save', 'cisco.ios.ios_config': { save_when: 'modified' } },
  { name: 'save again', 'cisco.ios.ios_config': { save_when: 'modified' } },
  { name: 'read', 'cisco.ios.ios_command': { commands: ['show ip interface brief', 'show running-config'] } },
].map((task, index) => ({ ...task, register: `seen_${index}` }));

interface TaskResult {
  readonly changed?: boolean;
  readonly failed?: boolean;
  readonly msg?: string;
  readonly stdout?: readonly string[];
  readonly ansible_facts?: Readonly<Record<string, unknown>>;
}

/** What `ansible-playbook` prints with its JSON output. */
interface Played {
  readonly plays: readonly {
    readonly tasks: readonly {
      readonly task: { readonly name: string };
      readonly hosts: Readonly<Record<string, TaskResult>>;
    }[];
  }[];
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

describe('Ansible', () => {
  const port = withSiteRouter();

  it('gathers facts, configures, changes nothing the second time, and is told of a wrong line', async function () {
    this.timeout(FIRST_USE_MS);
    await skipIfListed(this);
    const programs = await virtualEnvironment({
      name: 'ansible',
      version: '12.3.0',
      also: ['paramiko==5.1.0'],
      module: 'ansible, ansible_collections.cisco.ios, paramiko',
    });
    const folder = await mkdtemp(join(tmpdir(), 'sitelink-ansible-'));
    try {
      const host = {
        ansible_host: '127.0.0.1',
        ansible_port: await port(),
        ansible_user: 'admin',
        ansible_password: PASSWORD,
        ansible_connection: 'ansible.netcommon.network_cli',
        ansible_network_os: 'cisco.ios.ios',
        ansible_network_cli_ssh_type: 'paramiko',
      };
      await writeFile(join(folder, 'inventory.json'), json({ all: { hosts: { router210: host } } }));
      await writeFile(join(folder, 'crypto.cfg'), `${DEVICE_SCRIPT.slice(4, -9).join('\n')}\n`);
      await writeFile(
        join(folder, 'play.json'),
        json([{ hosts: 'all', gather_facts: false, tasks: TASKS.map((task) => task) }]),
      );
      const text = await runTool(join(programs, 'ansible-playbook'), ['-i', 'inventory.json', 'play.json'], {
        timeoutMs: 8 * 60_000,
        cwd: folder,
        env: {
          HOME: folder,
          PATH: `${programs}:${process.env['PATH'] ?? ''}`,
          ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.json',
          ANSIBLE_HOST_KEY_CHECKING: 'false',
          ANSIBLE_DEPRECATION_WARNINGS: 'false',
        },
      });
      const played = JSON.parse(text.slice(text.indexOf('{\n'))) as Played;
      const results = new Map(
        played.plays.flatMap(({ tasks }) => tasks).map(({ task, hosts }) => [task.name, hosts['router210'] ?? {}]),
      );
      const facts = results.get('facts')?.ansible_facts ?? {};
      assert.deepEqual(
        [facts['ansible_net_hostname'], facts['ansible_net_version'], facts['ansible_net_model']],
        ['router210', '17.03.03', 'CSR1000V'],
      );
      assert.deepEqual(facts['ansible_net_all_ipv4_addresses'], ['172.20.10.210']);
      const changed = (name: string): boolean | undefined => results.get(name)?.changed;
      assert.equal(changed('profile'), true);
      for (const name of ['tunnel', 'loopback', 'route', 'banner', 'user', ...RESOURCES.map(([resource]) => resource)])
        assert.deepEqual([changed(name), changed(`${name} again`)], [!SO_ALREADY.includes(name), false], name);
      assert.equal(results.get('ping')?.failed ?? false, false);
      assert.equal(results.get('wrong line')?.failed, true);
      assert.match(results.get('wrong line')?.msg ?? '', /tunnel mode nonsense[^]*% Invalid input detected/);
      assert.deepEqual([changed('save'), changed('save again')], [true, false]);
      const [brief = '', running = ''] = results.get('read')?.stdout ?? [];
      assert.match(brief, /Tunnel11 +169\.254\.0\.1/);
      assert.match(running, /interface Tunnel11\n(?: .*\n)* tunnel protection ipsec profile C-IPsecProfile\n/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
