import type { Call, Reply } from './route.ts';

const DEFAULT_PAGE = 30;
const LARGEST_PAGE = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly number: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The page that the query asks for, and the `Link` header to its neighbours where there are any. */
export function pageOf<Item>({ url }: Call, items: readonly Item[], defaultSize = DEFAULT_PAGE): Page<Item> {
  const size = Math.min(positive(url, 'per_page') ?? defaultSize, LARGEST_PAGE);
  const number = positive(url, 'page') ?? 1;
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = linkHeader(url, number, last);
  return {
    items: items.slice((number - 1) * size, number * size),
    number,
    headers: link === '' ? {} : { link },
  };
}

/** One page of a plain list, rendered. */
export async function listReply<Item>(
  call: Call,
  items: readonly Item[],
  render: (item: Item) => unknown,
): Promise<Reply> {
  const page = pageOf(call, items);
  return { status: 200, body: await Promise.all(page.items.map(render)), headers: page.headers };
}

function linkHeader(url: URL, page: number, last: number): string {
  const to = (target: number, rel: string) => {
    const other = new URL(url);
    other.searchParams.set('page', String(target));
    return `<${other}>; rel="${rel}"`;
  };
  return [
    ...(page > 1 ? [to(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ].join(', ');
}

function positive(url: URL, name: string): number | undefined {
  const value = Number(url.searchParams.get(name));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
