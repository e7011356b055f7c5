/** The typed search attributes of the runs, registered where the server allows it. */
import type { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../domain/names.ts';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2;

/** Registers what is missing. Returns null, or the command with which an operator does it where we may not. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<string | null> {
  let missing: readonly string[] = searchAttributeNames;
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    missing = searchAttributeNames.filter((name) => !(name in customAttributes));
    if (missing.length === 0) return null;
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    return null;
  } catch {
    const names = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
    return `temporal operator search-attribute create --namespace ${namespace} ${names}`;
  }
}
