import { ConfigurationError } from '../../../transforms/errors.ts';
import type { DelimitedLayout } from '../../../transforms/layout.ts';
import type { LocallyConfiguration } from '../../settings/locally.ts';
import type { Configuration } from '../../settings/schema.ts';

/** A store on Locally and the Heartland locations whose stock it shows. */
export interface MappedStore {
  readonly locallyId: string;
  readonly locationNumbers: readonly string[];
}

/** The section `locally`. @throws ConfigurationError where the merchant has none */
export function feedOf({ locally }: Configuration): LocallyConfiguration {
  if (locally !== undefined) return locally;
  throw new ConfigurationError('NO_LOCALLY', {
    problem: 'The configuration has no section locally, so there is no feed to make',
    next: 'Add it as in docs/tillstream.example.yaml.',
  });
}

/** The stores sorted by Locally id, so that files of different days can be compared. */
export function mappedStores({ locations }: Configuration): readonly MappedStore[] {
  const stores = new Map<string, string[]>();
  for (const [number, { locally_id: id }] of Object.entries(locations)) {
    if (id !== undefined) stores.set(id, [...(stores.get(id) ?? []), number]);
  }
  return [...stores]
    .map(([locallyId, locationNumbers]) => ({ locallyId, locationNumbers }))
    .toSorted((a, b) => (a.locallyId < b.locallyId ? -1 : 1));
}

/** The key of the custom field that holds the UPC; null where the item number does. */
export function upcKey({ item_fields }: Configuration): string | null {
  return item_fields.upc === 'public_id' ? null : item_fields.upc.slice('custom@'.length);
}

export function quantityColumn({ quantity }: LocallyConfiguration): string {
  return quantity === 'available' ? 'qty_available' : 'qty_on_hand';
}

export function layoutOf({ layout }: LocallyConfiguration): DelimitedLayout {
  return {
    kind: 'delimited',
    columns: layout.columns,
    delimiter: layout.delimiter,
    quoting: 'when_needed',
    header: layout.header,
    lineEnd: layout.line_end === 'crlf' ? '\r\n' : '\n',
    encoding: 'utf-8',
  };
}

/** Name of the file with a store's rows. */
export function fileNameOf(
  { layout }: LocallyConfiguration,
  { merchant }: Configuration,
  locallyId: string,
): string {
  return layout.file_name.replaceAll('{locally_id}', locallyId).replaceAll('{merchant}', merchant);
}
