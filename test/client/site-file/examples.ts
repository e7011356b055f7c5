/** The examples with one value changed, and what is found in them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkSiteFile } from '../../../client/site-file/check.ts';
import type { SiteFile } from '../../../domain/spec.ts';
import { ROOT } from '../sitelink.ts';

export type Content = { [key: string]: unknown };

export const example = (name: string) => readFileSync(join(ROOT, `examples/${name}.yaml`), 'utf8');
export const env = {
  AZURE_SUBSCRIPTION_ID: '11111111-2222-3333-4444-555555555555',
  SITELINK_OPERATOR_CIDR: '203.0.113.0/28',
};

/** The example with one value set, or taken out where it is undefined. */
export function changed(name: string, path: string, value: unknown): Content {
  const content = parse(example(name)) as Content;
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Content>((at, key) => (at[key] ??= {}) as Content, content);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return content;
}

/** Problems as `path: value message -> remedy`. */
export function problems(content: unknown, variables: NodeJS.ProcessEnv = env): string[] {
  return checkSiteFile(content, variables).problems.map(
    ({ path, value, message, remedy }) => `${path}: ${value} ${message} -> ${remedy}`,
  );
}

export function good(
  name: string,
  path = 'hub.name',
  value: unknown = path === 'hub.name' ? 'x' : undefined,
  variables: NodeJS.ProcessEnv = env,
): SiteFile {
  const { file, problems: found } = checkSiteFile(changed(name, path, value), variables);
  assert.deepEqual(found, []);
  assert.ok(file !== null);
  return file;
}
