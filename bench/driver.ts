/** How long the router driver takes for the seed's configuration, and for nothing, over a long line. */
import { configureLoopbacks, configureTunnel, prepareScript, routerOpener } from '../adapters/ios/index.ts';
import type { OpenSession } from '../adapters/ios/index.ts';
import type { LoopbackSpec } from '../domain/spec.ts';
import { intent, sharedKey, templateScript } from '../test/adapters/ios/support/samples.ts';
import { delayRelay } from './delay-relay.ts';

type Report = (what: string, figure: string, kept?: boolean) => void;

const roundTripMilliseconds = 40;
const bounds = { applySeconds: 6, nothingSeconds: 1 };

const inSeconds = (value: number): string => `${value.toFixed(2)} s`;

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1000;
}

const loopbacks = [
  { name: 'Loopback100', address: '172.20.100.100', prefixLength: 24 },
  { name: 'Loopback200', address: '172.20.200.200', prefixLength: 24 },
] as LoopbackSpec[];

/** The driver, over a line as long as one across a continent. */
export async function measureDriver(router: { port: number; password: string }, report: Report): Promise<void> {
  report('round trip of the line to the router from here on', `${roundTripMilliseconds} ms`);
  const { port, password } = router;
  const relay = await delayRelay(port, roundTripMilliseconds);
  const reach = {
    host: '127.0.0.1',
    ssh: { port: relay.port, username: 'admin' },
    expectedHostname: 'router210',
    hostKey: null,
  };
  const secrets = { privateKey: null, password, enableSecret: null, sharedKey };
  const open: OpenSession = routerOpener(reach, { secrets, sshConfigFile: null });
  try {
    await configureLoopbacks(open, loopbacks);
    const prepared = prepareScript(templateScript, intent);
    let lines = 0;
    const first = await timed(async () => {
      lines = (await configureTunnel(open, prepared, intent)).sent.length;
    });
    report(
      `the seed's configuration, ${lines} parts, log-ins and reading back included`,
      inSeconds(first),
      first < bounds.applySeconds,
    );
    const nothing: number[] = [];
    for (let run = 0; run < 3; run += 1) nothing.push(await timed(() => configureTunnel(open, prepared, intent)));
    const usual = nothing.toSorted((one, other) => one - other)[1] ?? Number.NaN;
    report('the same again, which changes nothing (middle of three)', inSeconds(usual), usual < bounds.nothingSeconds);
  } finally {
    await relay.close();
  }
}
