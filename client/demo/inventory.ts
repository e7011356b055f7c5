/** What the lab says is there: the check after a teardown that does not rest on what the product says of itself. */
import { CommandFailed } from '../failure.ts';
import { firstLine } from '../temporal.ts';

/** As far as it is needed here. */
interface Inventory {
  readonly resources?: readonly { readonly id: string }[];
  readonly routers?: readonly { readonly hostname: string }[];
}

/** Ids of resources and names of routers that the lab still has. */
export async function whatIsLeft(control: string): Promise<string[]> {
  let inventory: Inventory;
  try {
    const response = await fetch(new URL('/_lab/inventory', control), { signal: AbortSignal.timeout(10_000) });
    inventory = (await response.json()) as Inventory;
  } catch (error) {
    throw new CommandFailed(`The lab's inventory could not be read: ${firstLine(error)}`, 1, error);
  }
  const resources = (inventory.resources ?? []).map(({ id }) => id);
  const routers = (inventory.routers ?? []).map(({ hostname }) => `router ${hostname}`);
  return [...resources, ...routers];
}
