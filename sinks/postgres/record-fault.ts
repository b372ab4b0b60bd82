import { WarehouseError } from '../../transforms/errors.ts';

/** SQLSTATE classes that are about the values of one record: data, constraint, cardinality, a limit of the program. */
const OF_VALUES = /^(?:2[123]|54)[0-9A-Z]{3}$/;

/**
 * What is wrong with the one record that was being processed; undefined where the error is about anything else, as the
 * connection, the disk or a stop on request.
 *
 * Such a record would fail each time it is tried, so it is set aside with this reason and the others go on.
 */
export function faultOfRecord(error: unknown): string | undefined {
  if (error instanceof WarehouseError) {
    const cause = error.cause as (Error & { code?: string }) | undefined;
    const isOfValues = OF_VALUES.test(cause?.code ?? '');
    return isOfValues ? `the database cannot hold it (${cause!.message})` : undefined;
  }
  const isOfValues =
    error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
  return isOfValues ? error.message : undefined;
}
