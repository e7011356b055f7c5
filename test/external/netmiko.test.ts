/** netmiko, which is not ours, takes a router of the lab for a real one. */
import assert from 'node:assert/strict';
import { SCRIPT_AS_PRINTED } from '../lab/router/script.ts';
import { runPython, trimmed } from './python-tool.ts';
import { PASSWORD, SEED_LINES, withSiteRouter } from './site-router.ts';

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

const NETMIKO = { name: 'netmiko', version: '4.6.0', module: 'netmiko' };

interface Seen {
  readonly [name: string]: string;
}

describe('netmiko', () => {
  const port = withSiteRouter({ privilege: 1, enableSecret: 'En4ble' });

  it('logs in, enables, sends the configuration of the seed, is told of a wrong line, and reads it all back', async function () {
    const args = [String(await port()), SEED_LINES];
    const seen = await runPython<Seen>(this, { pack: NETMIKO, script: SCRIPT, args });
    assert.deepEqual([seen['first'], seen['enabled'], seen['configuring']], ['router210>', 'router210#', true]);
    assert.match(seen['version'] ?? '', /Cisco IOS XE Software, Version 17\.0?3/);
    assert.match(seen['refused'] ?? '', /tunnel mode nonsense/);
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
