/**
 * What Locally shows of a product, from its endpoint `headless/api/1.0/conversion/store_data`.
 *
 * Its page names the parameters and the stock statuses, but not the shape of the answer. So every
 * likely place is searched, and an answer that is not clear is `unknown`, never a guess.
 */
export type ShownStock = 'in_stock' | 'not_in_stock' | 'unknown';

const LISTS = ['markers', 'stores', 'results', 'data'] as const;
const IDS = ['store_id', 'id'] as const;
const FIGURES = ['qty', 'quantity', 'qoh', 'in_stock_qty'] as const;

/** The stock that an answer shows for one store. @param locallyId the store */
export function shownStock(answer: unknown, locallyId: string): ShownStock {
  const list = listIn(answer);
  if (list === undefined) return 'unknown';
  const store = list.find(each => IDS.some(key => String(each[key]) === locallyId));
  return store === undefined ? 'unknown' : stockOf(store);
}

type Entry = Readonly<Record<string, unknown>>;

function listIn(answer: unknown): readonly Entry[] | undefined {
  if (Array.isArray(answer)) return answer.filter(isEntry);
  if (!isEntry(answer)) return undefined;
  for (const key of LISTS) {
    const found = listIn(answer[key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function stockOf(store: Entry): ShownStock {
  const { in_stock: flag, stock_status: stockStatus, status } = store;
  if (flag === true || flag === 1 || flag === '1') return 'in_stock';
  if (flag === false || flag === 0 || flag === '0') return 'not_in_stock';
  for (const word of [stockStatus, status].flat()) {
    if (word === 'IN_STOCK') return 'in_stock';
    if (word === 'OUT_OF_STOCK' || word === 'NOT_IN_STOCK') return 'not_in_stock';
  }
  for (const key of FIGURES) {
    const figure = figureIn(store[key]);
    if (figure !== undefined) return figure > 0 ? 'in_stock' : 'not_in_stock';
  }
  return 'unknown';
}

/** A number, or its digits as text: an empty text, a list or a word does not mean 0. */
function figureIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
