/** scrapli's driver for IOS-XE, which is not ours, with the system's own ssh under it, takes a router of the lab for a real one. */
import assert from 'node:assert/strict';
import { SCRIPT_AS_PRINTED } from '../lab/router/script.ts';
import { runPython, trimmed } from './python-tool.ts';
import { PASSWORD, SEED_LINES, withSiteRouter } from './site-router.ts';

const SCRIPT = `
import json, sys
from scrapli.driver.core import IOSXEDriver
seed = json.loads(sys.argv[2])
seen = {}
with IOSXEDriver(host="127.0.0.1", port=int(sys.argv[1]), auth_username="admin", auth_password="${PASSWORD}",
                 auth_secondary="En4ble", auth_strict_key=False, transport="system", timeout_ops=30) as router:
    seen["prompt"] = router.get_prompt()
    seen["failed"] = router.send_configs(seed, stop_on_failed=True).failed
    wrong = router.send_configs(["interface Tunnel11", "tunnel mode nonsense"])
    seen["wrong"] = [one.failed for one in wrong]
    seen["refused"] = wrong[1].result
    seen["running"] = router.send_command("show running-config").result
    seen["copied"] = router.send_interactive([
        ("copy running-config startup-config", "Destination filename [startup-config]?"), ("", "#")]).result
print(json.dumps(seen))
`;

const SCRAPLI = { name: 'scrapli', version: '2025.1.30', module: 'scrapli' };

interface Seen {
  readonly prompt: string;
  readonly failed: boolean;
  readonly wrong: readonly boolean[];
  readonly refused: string;
  readonly running: string;
  readonly copied: string;
}

describe('scrapli', () => {
  const port = withSiteRouter({ privilege: 1, enableSecret: 'En4ble' });

  it('logs in, sends the configuration of the seed, is told of a wrong line, reads it back and saves', async function () {
    const args = [String(await port()), SEED_LINES];
    const seen = await runPython<Seen>(this, { pack: SCRAPLI, script: SCRIPT, args });
    assert.equal(seen.prompt, 'router210#');
    assert.equal(seen.failed, false);
    assert.deepEqual(seen.wrong, [false, true], 'the first of the two lines is right');
    assert.match(seen.refused, /\^\n% Invalid input detected at '\^' marker/);
    assert.equal(trimmed(seen.running).includes(trimmed(SCRIPT_AS_PRINTED)), true, seen.running);
    assert.match(seen.copied, /\[OK\]/);
  });
});
