/** scrapli-cfg, which is not ours, writes its candidate from tclsh, compares, merges, replaces and aborts. */
import assert from 'node:assert/strict';
import { runPython } from './python-tool.ts';
import { PASSWORD, withSiteRouter } from './site-router.ts';

const SCRAPLI_CFG = {
  name: 'scrapli-cfg',
  version: '2025.1.30',
  also: ['scrapli[asyncssh,paramiko,ssh2]==2025.1.30'],
  module: 'scrapli_cfg, asyncssh, ssh2, paramiko',
};

const SCRIPT = `
import asyncio, json, sys
from scrapli.driver.core import AsyncIOSXEDriver, IOSXEDriver
from scrapli_cfg import ScrapliCfg
place = dict(host="127.0.0.1", port=int(sys.argv[1]), auth_username="admin", auth_password="${PASSWORD}",
             auth_strict_key=False, timeout_ops=30)
seen = {}
for transport in ("paramiko", "ssh2"):
    with IOSXEDriver(transport=transport, **place) as router:
        seen[transport] = [router.get_prompt()]
        for level in ("configuration", "exec", "tclsh", "privilege_exec"):
            router.acquire_priv(level)
            seen[transport].append(router.get_prompt())
async def later():
    async with AsyncIOSXEDriver(transport="asyncssh", **place) as router:
        return [await router.get_prompt(), (await router.send_config("hostname router210")).failed]
seen["asyncssh"] = asyncio.run(later())
with IOSXEDriver(transport="paramiko", **place) as router, ScrapliCfg(conn=router) as cfg:
    seen["version"] = cfg.get_version().result
    before = cfg.get_config().result
    cfg.load_config("interface Loopback92\\n ip address 10.92.0.1 255.255.255.255\\n", replace=False)
    seen["merging"] = cfg.diff_config().device_diff
    seen["merge failed"] = cfg.commit_config().failed
    seen["merged"] = "Loopback92" in cfg.get_config().result
    cfg.load_config(before, replace=True)
    seen["replacing"] = cfg.diff_config().device_diff
    cfg.abort_config()
    seen["aborted"] = "Loopback92" in cfg.get_config().result
    cfg.load_config(before, replace=True)
    cfg.commit_config()
    seen["replaced"] = "Loopback92" not in cfg.get_config().result
print(json.dumps(seen))
`;

const PROMPTS = ['router210#', 'router210(config)#', 'router210>', 'router210(tcl)#', 'router210#'];

describe('scrapli-cfg', () => {
  const port = withSiteRouter({ enableSecret: 'En4ble' });

  it('loads, compares, commits and aborts, over every transport', async function () {
    const script = SCRIPT.replace('timeout_ops=30', 'timeout_ops=30, auth_secondary="En4ble"');
    const seen = await runPython<Readonly<Record<string, unknown>>>(this, {
      pack: SCRAPLI_CFG,
      script,
      args: [String(await port())],
    });
    assert.deepEqual([seen['paramiko'], seen['ssh2']], [PROMPTS, PROMPTS]);
    assert.deepEqual(seen['asyncssh'], ['router210#', false]);
    assert.equal(seen['version'], '17.03.03');
    assert.equal(
      seen['merging'],
      '!List of Commands:\ninterface Loopback92\n ip address 10.92.0.1 255.255.255.255\nend',
    );
    assert.deepEqual([seen['merge failed'], seen['merged']], [false, true]);
    assert.match(String(seen['replacing']), /^!Contextual Config Diffs:\n-interface Loopback92\n/);
    assert.deepEqual([seen['aborted'], seen['replaced']], [true, true]);
  });
});
