import { type OpenWarehouse, openMerchantWarehouse } from '../../pipelines/run/session.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { maskFor } from '../cli/output/mask.ts';

/** The merchants that a page serves; each warehouse is opened when it is first looked at. */
export class Merchants {
  readonly configurations: ReadonlyMap<string, Configuration>;
  readonly #open = new Map<string, Promise<OpenWarehouse>>();
  readonly #signal: AbortSignal;

  constructor(configurations: readonly Configuration[], signal: AbortSignal) {
    this.configurations = new Map(configurations.map(each => [each.merchant, each]));
    this.#signal = signal;
  }

  /** @throws WarehouseError; the next call tries again */
  async warehouse(merchant: string): Promise<Warehouse> {
    let opening = this.#open.get(merchant);
    if (opening === undefined) {
      opening = openMerchantWarehouse(this.configurations.get(merchant)!, {
        ...{ signal: this.#signal, isForLooking: true },
      });
      this.#open.set(merchant, opening);
      opening.catch(() => this.#open.delete(merchant));
    }
    return (await opening).warehouse;
  }

  /** Masks every secret of every merchant. */
  masked(text: string): string {
    return [...this.configurations.values()].reduce((said, each) => maskFor(each)(said), text);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
  }
}
