import { WarehouseError } from '../../transforms/errors.ts';

/** SQLSTATE classes about the values of one record: data, constraint, cardinality, program limit. */
const OF_VALUES = /^(?:2[123]|54)[0-9A-Z]{3}$/;

/**
 * Explains an error about the values of one record; undefined for any other error, such as of the connection or the disk.
 *
 * Such a record would fail each time, so it is quarantined with this reason and the others go on.
 */
export function faultOfRecord(error: unknown): string | undefined {
  if (error instanceof WarehouseError) {
    const cause = error.cause as (Error & { code?: string }) | undefined;
    const isOfValues = OF_VALUES.test(cause?.code ?? '');
    return isOfValues ? `the database cannot store it (${cause!.message})` : undefined;
  }
  const isOfValues =
    error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
  return isOfValues ? error.message : undefined;
}
