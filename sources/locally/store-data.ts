import { SourceError } from '../../transforms/errors.ts';
import { type ShownStock, shownStock } from '../../transforms/locally/store-data.ts';
import { getFromLocally, type LocallyApi, LocallyFault } from './api.ts';

export interface StoreDataApi extends LocallyApi {
  /** The brand of the products; Locally answers for one brand at a time. */
  readonly companyId: string;
}

/**
 * Fetches what Locally shows of one product in one store (API reference, `conversion/store_data`).
 *
 * @throws SourceError when Locally refuses or does not answer
 */
export async function fetchShownStock(
  api: StoreDataApi,
  locallyId: string,
  upc: string,
  signal: AbortSignal,
): Promise<ShownStock> {
  const url = new URL('/headless/api/1.0/conversion/store_data', api.baseUrl);
  url.search = new URLSearchParams({
    company_id: api.companyId,
    upc,
    only_store_id: locallyId,
    // Required with only_store_id.
    map_distance_diag: '1',
  }).toString();
  try {
    return shownStock(await getFromLocally(api, url, signal), locallyId);
  } catch (cause) {
    throw new SourceError(
      'LOCALLY_STORE_DATA',
      {
        problem: `Locally did not answer what it shows of UPC ${upc} in store ${locallyId}`,
        found: cause instanceof Error ? cause.message : String(cause),
        next:
          (cause instanceof LocallyFault ? cause.next : undefined) ??
          'Check locally.verify; the brand must have approved the token.',
      },
      cause,
    );
  }
}
