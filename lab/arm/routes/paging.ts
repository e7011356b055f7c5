/** Long lists come in pages, as Azure's do: `nextLink` names the next one. */
import { ArmError } from '../errors.ts';
import { keyOf } from '../ids.ts';
import type { Reply, Request, World } from '../world.ts';

/** Items on a page, unless `$top` wants fewer. */
const pageSize = 1000;

/** Where a page begins: after the item with this id, or at this place if that is gone by now. */
interface Mark {
  readonly after: string;
  readonly place: number;
}

const write = (mark: Mark): string => Buffer.from(JSON.stringify(mark)).toString('base64url');

function read(token: string): Mark {
  try {
    const mark = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Partial<Mark> | null;
    if (typeof mark?.after === 'string' && Number.isInteger(mark.place)) return mark as Mark;
  } catch {
    // Said below.
  }
  throw new ArmError(400, 'InvalidSkipToken', 'The $skiptoken of the query string is invalid.');
}

function topOf(request: Request): number {
  const text = request.query.get('$top');
  if (text === null) return pageSize;
  if (/^[1-9]\d{0,8}$/.test(text)) return Math.min(Number(text), pageSize);
  throw new ArmError(400, 'InvalidTopInQueryString', `The $top '${text.slice(0, 20)}' of the query string is invalid.`);
}

/**
 * `{value, nextLink?}` of the page that a request asks for. Only the items of the page are shown.
 * @throws ArmError 400 for a `$top` or a `$skiptoken` that is none
 */
export function pageReply<T extends { readonly id?: unknown }>(
  world: World,
  request: Request,
  items: readonly T[],
  show: (item: T) => unknown = (item) => item,
): Reply {
  const token = request.query.get('$skiptoken');
  const most = topOf(request);
  let from = 0;
  if (token !== null) {
    const mark = read(token);
    const found = items.findIndex((item) => keyOf(String(item.id)) === mark.after);
    from = found < 0 ? Math.max(0, mark.place) : found + 1;
  }
  const page = items.slice(from, from + most);
  const last = page.at(-1);
  const value = page.map((item) => show(item));
  if (last === undefined || from + most >= items.length) return { status: 200, body: { value } };
  const query = new URLSearchParams(request.query);
  query.set('$skiptoken', write({ after: keyOf(String(last.id)), place: from + most }));
  const nextLink = `${world.baseUrl()}${encodeURI(request.path)}?${query.toString()}`;
  return { status: 200, body: { value, nextLink } };
}
