/** The section `warehouse`: the Postgres server that holds the data. */
import { z } from 'zod';
import { addressUrl } from '../../sinks/postgres/address-url.ts';

const ADDRESS =
  'a postgres:// address, as postgres://user:password@host:5432/database, where @ : / ? # in the password are written %40 %3A %2F %3F %23';

export const warehouse = z.strictObject({
  url: z
    .string(ADDRESS)
    .refine(text => addressUrl(text) !== undefined, ADDRESS)
    .optional()
    .describe(
      `Address of the Postgres server, as \${DATABASE_URL}. Left out: an embedded Postgres in data_folder.`,
    ),
});

export type WarehouseConfiguration = z.infer<typeof warehouse>;
