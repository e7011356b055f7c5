/** NAPALM's driver for IOS, which is not ours: files by scp and by tclsh, merge, replace, commit-confirm, rollback, getters. */
import assert from 'node:assert/strict';
import { runPython } from './python-tool.ts';
import { PASSWORD, withSiteRouter } from './site-router.ts';

const NAPALM = { name: 'napalm', version: '5.2.0', module: 'napalm' };

const SCRIPT = `
import json, sys, logging
import napalm
logging.disable(logging.CRITICAL)
seen = {}
lines = "interface Loopback90\\n ip address 10.90.0.1 255.255.255.255\\n description made by a tool\\n"
def has(router): return "Loopback90" in router.get_config()["running"]
for inline in (False, True):
    options = {"port": int(sys.argv[1]), "inline_transfer": inline}
    with napalm.get_network_driver("ios")("127.0.0.1", "admin", "${PASSWORD}", optional_args=options) as router:
        router.load_merge_candidate(config=lines)
        way = {"difference": router.compare_config()}
        router.commit_config()
        way["merged"] = has(router)
        router.rollback()
        way["rolled back"] = not has(router)
        seen["tclsh" if inline else "scp"] = way
        if inline: continue
        seen["facts"] = router.get_facts()
        seen["addresses"] = router.get_interfaces_ip()
        seen["counters"] = sorted(router.get_interfaces_counters())
        seen["arp"] = router.get_arp_table()
        seen["ping"] = router.ping("172.20.10.210", count=2)["success"]["packet_loss"]
        running = router.get_config()["running"]
        wanted = running.replace("interface GigabitEthernet1\\n", lines + "!\\ninterface GigabitEthernet1\\n")
        router.load_replace_candidate(config=wanted)
        seen["replacing"] = router.compare_config()
        router.commit_config()
        seen["replaced"] = has(router)
        router.rollback()
        router.load_merge_candidate(config=lines)
        router.commit_config(revert_in=120)
        seen["pending"] = router.has_pending_commit()
        router.confirm_commit()
        seen["confirmed"] = has(router) and not router.has_pending_commit()
        try:
            router.load_merge_candidate(config="interface Loopback90\\n nonsense 1\\n")
            router.commit_config()
        except napalm.base.exceptions.MergeConfigException as error:
            seen["refused"] = str(error)
        router.load_merge_candidate(config="no interface Loopback90\\n")
        router.commit_config()
print(json.dumps(seen))
`;

interface Way {
  readonly difference: string;
  readonly merged: boolean;
  readonly 'rolled back': boolean;
}

interface Seen {
  readonly scp: Way;
  readonly tclsh: Way;
  readonly facts: { readonly model: string; readonly hostname: string; readonly interface_list: readonly string[] };
  readonly addresses: Readonly<Record<string, unknown>>;
  readonly counters: readonly string[];
  readonly arp: readonly { readonly ip: string }[];
  readonly ping: number;
  readonly replacing: string;
  readonly replaced: boolean;
  readonly pending: boolean;
  readonly confirmed: boolean;
  readonly refused: string;
}

describe('NAPALM', () => {
  const port = withSiteRouter({
    config: [
      'ip scp server enable',
      'archive',
      ' path bootflash:backup',
      'interface GigabitEthernet1',
      ' ip address dhcp',
      'line vty 0 15',
      ' login local',
      ' transport input ssh',
    ],
  });

  it('loads, compares, commits, confirms, replaces and takes back', async function () {
    const seen = await runPython<Seen>(this, {
      pack: NAPALM,
      script: SCRIPT,
      args: [String(await port())],
      timeoutMs: 4 * 60_000,
    });
    for (const way of [seen.scp, seen.tclsh]) {
      assert.match(way.difference, /^\+interface Loopback90\n\+ ip address 10\.90\.0\.1 255\.255\.255\.255/);
      assert.deepEqual([way.merged, way['rolled back']], [true, true]);
    }
    assert.deepEqual([seen.facts.hostname, seen.facts.model], ['router210', 'CSR1000V']);
    assert.deepEqual(Object.keys(seen.addresses), ['GigabitEthernet1']);
    assert.deepEqual(seen.counters, ['GigabitEthernet1']);
    assert.deepEqual(seen.arp.map(({ ip }) => ip).toSorted(), ['172.20.10.1', '172.20.10.210']);
    assert.equal(seen.ping, 0);
    assert.match(seen.replacing, /^\+interface Loopback90\n/);
    assert.deepEqual([seen.replaced, seen.pending, seen.confirmed], [true, true, true]);
    assert.match(seen.refused, /nonsense 1\n \^\n% Invalid input detected/);
  });
});
