import assert from 'node:assert/strict';
import { World } from '../support/deeds.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle } from './harness.ts';

describe('the scenario of the seed', () => {
  const temporal = withTimeSkipping();

  it('comes up with a gateway that takes 45 minutes, and goes away, in seconds', async () => {
    const world = new World({ gatewayMinutes: 45 });
    const begun = Date.now();
    const { hub, site } = await bringUp(temporal, world);
    const status = await settle(temporal, site, 'connected', 'attention', 'degraded');
    assert.equal(status.phase, 'connected', JSON.stringify(status, null, 1));
    await hub.signal('teardown');
    const result = await temporal.result(hub);
    assert.equal(result.outcome, 'removed');
    assert.deepEqual(world.ours(), []);
    assert.ok(Date.now() - begun < 30_000, `${Date.now() - begun} ms`);
  });
});
