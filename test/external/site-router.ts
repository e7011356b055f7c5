/** The seed's router as a declared device of the lab, and what is typed at it: for clients that are not ours. */
import { withLab } from '../support/lab.ts';
import { DEVICE_SCRIPT, LOOPBACKS } from '../lab/router/script.ts';

export const PASSWORD = 'Secr3t';

/** A lab with the seed's router; `port` gives where it listens for SSH. */
export function withSiteRouter(more: object = {}) {
  const device = { name: 'router210', publicAddress: '20.210.140.4', privateAddress: '172.20.10.210' };
  const lab = withLab({ devices: [{ ...device, username: 'admin', password: PASSWORD, ...more }] });
  return async (): Promise<number> => {
    const [router] = (await lab.control.inventory()).routers;
    if (router === undefined) throw new Error('the lab has no router');
    return router.port;
  };
}

/** The seed's configuration, line by line, as an argument for a Python script. */
export const SEED_LINES = JSON.stringify([...LOOPBACKS, ...DEVICE_SCRIPT]);
