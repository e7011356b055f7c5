/** Where text of real routers lies: beside the project, or where `SITELINK_CAPTURES` says. */
import { fileURLToPath } from 'node:url';

export function capturesFolder(): string {
  return process.env['SITELINK_CAPTURES'] ?? fileURLToPath(new URL('../../../shared/captures/ios', import.meta.url));
}
