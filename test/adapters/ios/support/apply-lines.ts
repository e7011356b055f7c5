/**
 * What a router's configuration is after lines were typed: the prediction for the circular tests. Written apart from the
 * driver, over the fake router's configuration.
 */
import { FakeConfiguration } from './fake-configuration.ts';

export function afterTyping(configuration: string, lines: readonly string[]): string {
  const router = new FakeConfiguration(configuration);
  router.enter();
  for (const line of lines) router.take(line.trim());
  router.leave();
  return router.print();
}
