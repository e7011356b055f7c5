/** netmiko, which is not ours, takes a router of the lab for a real one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { withLab } from '../support/lab.ts';
import { skipIfListed } from '../support/skips.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const SCRIPT = `
import sys
from netmiko import ConnectHandler
with ConnectHandler(device_type="cisco_xe", host="127.0.0.1", port=int(sys.argv[1]), username="admin",
                    password="Secr3t", conn_timeout=20) as router:
    print(router.find_prompt())
    print(router.send_command("show version"))
    print(router.send_config_set(["interface Loopback9", "ip address 10.9.9.9 255.255.255.255"]))
    print(router.send_command("show ip interface brief"))
`;

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 10 * 60_000;

describe('netmiko', () => {
  const lab = withLab({
    devices: [{ name: 'osaka', publicAddress: '203.0.113.7', username: 'admin', password: 'Secr3t' }],
  });

  it('logs in to a router of the lab, reads show version and configures it', async function () {
    this.timeout(FIRST_USE_MS);
    await skipIfListed(this);
    const programs = await virtualEnvironment({ name: 'netmiko', version: '4.6.0', module: 'netmiko' });
    const [router] = (await lab.control.inventory()).routers;
    const text = await runTool(join(programs, 'python'), ['-c', SCRIPT, String(router?.port)], { timeoutMs: 60_000 });
    assert.match(text, /^osaka#$/m);
    assert.match(text, /Cisco IOS XE Software, Version 17\.0?3/);
    assert.match(text, /Loopback9\s+10\.9\.9\.9/);
  });
});
