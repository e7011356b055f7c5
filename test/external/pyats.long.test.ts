/** pyATS, which is not ours: unicon connects and configures, and the parsers of genie read what the router shows. */
import assert from 'node:assert/strict';
import { runPython } from './python-tool.ts';
import { PASSWORD, SEED_LINES, withSiteRouter } from './site-router.ts';

const PYATS = { name: 'pyats', version: '26.9', also: ['genie==26.9', 'unicon==26.9'], module: 'genie, unicon' };

/** What a parser must find something in. */
const SHOWS = [
  'show version',
  'show inventory',
  'show ip interface brief',
  'show interfaces',
  'show ip interface',
  'show ip route',
  'show ip cef',
  'show ip protocols',
  'show arp',
  'show crypto ikev2 proposal',
  'show crypto ikev2 stats',
  'show crypto ipsec sa',
  'show crypto ipsec profile',
  'show access-lists',
  'show logging',
  'show terminal',
  'show platform',
  'show redundancy',
  'show users',
  'show ip ssh',
  'show file systems',
  'dir',
];

const SCRIPT = `
import contextlib, io, json, sys
from genie.conf.base import Device
from unicon import Connection
shows, seed = json.loads(sys.argv[2]), json.loads(sys.argv[3])
seen = {}
with contextlib.redirect_stdout(io.StringIO()):
    ssh = f"ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p {sys.argv[1]} admin@127.0.0.1"
    router = Connection(hostname="router210", start=[ssh], os="iosxe", log_stdout=False,
                        credentials={"default": {"username": "admin", "password": "${PASSWORD}"}},
                        settings={"POST_DISCONNECT_WAIT_SEC": 0, "GRACEFUL_DISCONNECT_WAIT_SEC": 0})
    router.connect()
    router.configure(seed)
    try:
        router.configure(["interface Tunnel11", "tunnel mode nonsense"])
    except Exception as error:
        seen["refused"] = str(error)
    router.copy(source="running-config", dest="startup-config")
    seen["banner"] = router.configure("banner motd ^\\nTwo lines # of\\ntext\\n^")
    device = Device("router210", os="iosxe")
    device.custom.setdefault("abstraction", {})["order"] = ["os"]
    seen["parsed"] = {show: bool(device.parse(show, output=router.execute(show))) for show in shows}
    router.disconnect()
print(json.dumps(seen))
`;

interface Seen {
  readonly refused: string;
  readonly parsed: Readonly<Record<string, boolean>>;
}

describe('pyATS', () => {
  const port = withSiteRouter();

  it('connects, configures, is told of a wrong line, and parses what is shown', async function () {
    const seen = await runPython<Seen>(this, {
      pack: PYATS,
      script: SCRIPT,
      args: [String(await port()), JSON.stringify(SHOWS), SEED_LINES],
      timeoutMs: 3 * 60_000,
    });
    assert.match(seen.refused, /tunnel mode nonsense/);
    assert.deepEqual(seen.parsed, Object.fromEntries(SHOWS.map((show) => [show, true])));
  });
});
