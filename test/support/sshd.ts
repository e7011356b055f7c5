/** Where Debian's openssh-server, or another OpenSSH, keeps its server; null on a machine without one. */
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first `sshd` of the PATH and of the folders that are on no user's PATH. It wants to be called by its whole path. */
export function findSshd(): string | null {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const folders = [...path, '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  return folders.map((folder) => join(folder, 'sshd')).find((file) => existsSync(file)) ?? null;
}
