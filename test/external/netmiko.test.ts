/** netmiko, which is not ours, takes a router of the lab for a real one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { SCRIPT_AS_PRINTED } from '../lab/router/script.ts';
import { skipIfListed } from '../support/skips.ts';
import { PASSWORD, SEED_LINES, withSiteRouter } from './site-router.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const SCRIPT = `
import json, sys
from netmiko import ConnectHandler
from netmiko.exceptions import ConfigInvalidException
seed = json.loads(sys.argv[2])
wrong = r"% (Invalid|Incomplete|Ambiguous|.* does not exist)|^ERROR"
seen = {}
with ConnectHandler(device_type="cisco_xe", host="127.0.0.1", port=int(sys.argv[1]), username="admin",
                    password="${PASSWORD}", secret="En4ble", conn_timeout=20) as router:
    seen["first"] = router.find_prompt()
    router.enable()
    seen["enabled"] = router.find_prompt()
    router.config_mode()
    seen["configuring"] = router.check_config_mode()
    router.exit_config_mode()
    seen["version"] = router.send_command("show version")
    seen["applied"] = router.send_config_set(seed, error_pattern=wrong)
    try:
        router.send_config_set(["interface Tunnel11", "tunnel mode nonsense"], error_pattern=wrong)
    except ConfigInvalidException as error:
        seen["refused"] = str(error)
    router.exit_config_mode()
    seen["running"] = router.send_command("show running-config", strip_command=True)
    seen["brief"] = router.send_command("show ip interface brief", use_textfsm=True)
    seen["saved"] = router.save_config()
    seen["startup"] = router.send_command("show startup-config | include tunnel destination")
print(json.dumps(seen))
`;

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 10 * 60_000;

interface Seen {
  readonly [name: string]: string;
}

describe('netmiko', () => {
  const port = withSiteRouter({ privilege: 1, enableSecret: 'En4ble' });

  it('logs in, enables, sends the configuration of the seed, is told of a wrong line, and reads it all back', async function () {
    this.timeout(FIRST_USE_MS);
    await skipIfListed(this);
    const programs = await virtualEnvironment({ name: 'netmiko', version: '4.6.0', module: 'netmiko' });
    const args = ['-c', SCRIPT, String(await port()), SEED_LINES];
    const seen = JSON.parse(await runTool(join(programs, 'python'), args, { timeoutMs: 90_000 })) as Seen;
    assert.deepEqual([seen['first'], seen['enabled'], seen['configuring']], ['router210>', 'router210#', true]);
    assert.match(seen['version'] ?? '', /Cisco IOS XE Software, Version 17\.0?3/);
    assert.match(seen['refused'] ?? '', /tunnel mode nonsense/);
    const trimmed = (text: string): string => text.replaceAll(/[ \r]+$/gm, '');
    assert.equal(trimmed(seen['running'] ?? '').includes(trimmed(SCRIPT_AS_PRINTED)), true, seen['running']);
    const rows = (seen['brief'] ?? []) as unknown as { interface: string; ip_address: string }[];
    assert.deepEqual(
      rows.map((row) => [row.interface, row.ip_address]),
      [
        ['GigabitEthernet1', '172.20.10.210'],
        ['Loopback100', '172.20.100.100'],
        ['Loopback200', '172.20.200.200'],
        ['Tunnel11', '169.254.0.1'],
      ],
    );
    assert.match(seen['saved'] ?? '', /\[OK\]/);
    assert.match(seen['startup'] ?? '', /tunnel destination 20\.210\.93\.46/);
  });
});
