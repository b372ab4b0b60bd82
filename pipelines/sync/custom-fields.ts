import {
  catchError,
  concatMap,
  defaultIfEmpty,
  defer,
  EMPTY,
  ignoreElements,
  map,
  type Observable,
  tap,
  timeout,
} from 'rxjs';
import type { HeartlandClient } from '../../sources/heartland/http/client.ts';
import { requestPage } from '../../sources/heartland/walks/page.ts';
import { ConfigurationError, IncompleteError, SourceError } from '../../transforms/errors.ts';
import { suggest } from '../../transforms/suggestion.ts';
import { isRecord } from '../../transforms/validate.ts';
import type { Work } from '../run/work.ts';
import { dotted, type Path } from '../settings/path.ts';
import type { Configuration } from '../settings/schema.ts';
import { placeOf } from '../settings/written.ts';

/** A custom field of items in the account. */
export interface CustomField {
  readonly key: string;
  readonly name: string;
}

/** A custom field that the configuration names. */
export interface ConfiguredField {
  /** The setting that names it, as `item_fields.upc`. */
  readonly where: string;
  readonly path: Path;
  readonly key: string;
}

type Export = 'locally' | 'management_one';

const UPC = ['item_fields', 'upc'];
const CLASS_CODE = ['item_fields', 'class_code'];
const FILTER = ['locally', 'filter'];

const DEFAULT_CLASS_CODE = 'custom@class_code';

/** Every custom field that the configuration names, without a default that nothing uses. */
export function configuredFields(configuration: Configuration): readonly ConfiguredField[] {
  const { item_fields: fields, management_one: managementOne, locally } = configuration;
  const isDefault = fields.class_code === DEFAULT_CLASS_CODE;
  const hasClasses = managementOne !== undefined || holdsBackByClass(locally) || !isDefault;
  return [
    ...named(UPC, [fields.upc]),
    ...named(CLASS_CODE, hasClasses ? [fields.class_code] : []),
    ...customFieldsOf(locally?.filter, FILTER),
  ];
}

/** The custom fields that an export cannot do without. */
function fieldsUsedBy(kind: Export, configuration: Configuration): readonly ConfiguredField[] {
  const { item_fields: fields, locally } = configuration;
  if (kind === 'management_one') return named(CLASS_CODE, [fields.class_code]);
  return configuredFields(configuration).filter(
    ({ where }) => where !== 'item_fields.class_code' || holdsBackByClass(locally),
  );
}

function holdsBackByClass(locally: Configuration['locally']): boolean {
  return Object.keys(locally?.safety_stock.classes ?? {}).length > 0;
}

function named(path: Path, fields: readonly string[], at = path): readonly ConfiguredField[] {
  return fields
    .filter(field => field.startsWith('custom@'))
    .map(field => ({ where: dotted(path), path: at, key: field.slice('custom@'.length) }));
}

/** The custom fields that a filter names at any depth; each once. */
function customFieldsOf(filter: unknown, at: Path): readonly ConfiguredField[] {
  if (typeof filter !== 'object' || filter === null) return [];
  const found = Object.entries(filter).flatMap(([key, value]) => {
    const here = [...at, Array.isArray(filter) ? Number(key) : key];
    return [...named(FILTER, [key], here), ...customFieldsOf(value, here)];
  });
  return found.filter(({ key }, index) => found.findIndex(field => field.key === key) === index);
}

/** The custom fields of items. One page of 1,000 is enough for any account seen. */
export function itemFieldsIn(client: HeartlandClient): Observable<readonly CustomField[]> {
  return requestPage(client, 'custom_fields', [
    ['sort[]', 'id'],
    ['page', '1'],
    ['per_page', '1000'],
  ]).pipe(
    map(({ results }) =>
      results
        .map(readable)
        .filter(row => row.group_id === 'item')
        .map(row => ({ key: String(row.key), name: String(row.name) })),
    ),
  );
}

/** @throws IncompleteError if the row is not a record: a field that is not found may be this one */
function readable(row: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(row)) return row;
  throw new IncompleteError('FIELDS_NOT_READ', {
    problem: 'Heartland’s list of custom fields has an entry that is not a record',
    found: row,
    next: 'Run the command again.',
  });
}

/** The key that was probably meant: somebody may have written the field's name, or misspelled its key. */
export function likelyKey(key: string, fields: readonly CustomField[]): string | undefined {
  const byName = fields.find(({ name }) => name.toLowerCase() === key.toLowerCase());
  return (
    byName?.key ??
    suggest(
      key,
      fields.map(field => field.key),
    )
  );
}

/** The check is skipped if the account does not answer in this time. */
const TIMEOUT_MS = 10_000;

/** Warns of each custom field that the configuration names and the account lacks; the run goes on. */
export function warnOfMissingFields(work: Work): Observable<never> {
  return unknownFields(work, configuredFields(work.configuration)).pipe(
    tap(({ unknown }) => {
      for (const error of unknown) work.report({ kind: 'warning', text: error.message });
    }),
    ignoreElements(),
  );
}

/**
 * Fails if an export needs a custom field that the account lacks: no item would have a value.
 *
 * @returns emits once if all fields exist; fails with a ConfigurationError that names the closest field
 */
export function requireFields(work: Work, kind: Export): Observable<void> {
  return unknownFields(work, fieldsUsedBy(kind, work.configuration)).pipe(
    map(({ unknown: [first], hasAny }) => {
      // An empty list may mean that the token may not see custom fields; Heartland does not say.
      if (first !== undefined && hasAny) throw first;
    }),
  );
}

/** The configured fields that the account lacks. */
interface Unknown {
  readonly unknown: readonly ConfigurationError[];
  /** Whether it has custom fields of items. */
  readonly hasAny: boolean;
}

/**
 * An error for each field that the account does not have.
 *
 * Heartland is requested only for fields that the last sync did not see. Without the permission to manage custom fields it
 * does not list them; then no field counts as unknown.
 */
function unknownFields(
  { configuration, warehouse, heartland }: Work,
  wanted: readonly ConfiguredField[],
): Observable<Unknown> {
  return defer(() =>
    warehouse.query<{ key: string }>(
      `select key from custom_fields where group_id = 'item' and _deleted_at is null`,
    ),
  ).pipe(
    concatMap(stored =>
      wanted.every(({ key }) => stored.some(field => field.key === key))
        ? EMPTY
        : itemFieldsIn(heartland),
    ),
    map(fields => ({
      unknown: wanted
        .filter(({ key }) => !fields.some(field => field.key === key))
        .map(field => noSuchField(configuration, field, fields)),
      hasAny: fields.length > 0,
    })),
    timeout({ first: TIMEOUT_MS, with: () => EMPTY }),
    catchError(error => {
      if (error instanceof SourceError) return EMPTY;
      throw error;
    }),
    defaultIfEmpty({ unknown: [], hasAny: true }),
  );
}

function noSuchField(
  configuration: Configuration,
  { where, path, key }: ConfiguredField,
  fields: readonly CustomField[],
): ConfigurationError {
  const meant = likelyKey(key, fields);
  const keys = fields.map(field => field.key).join(', ');
  return new ConfigurationError('NO_SUCH_CUSTOM_FIELD', {
    problem: `${[placeOf(configuration, path), where].filter(Boolean).join(' ')} names a custom field that items do not have in Heartland`,
    found: `custom@${key}`,
    ...(meant !== undefined && { expected: `custom@${meant}` }),
    next:
      keys === ''
        ? 'Items have no custom fields, or none that the token’s user may see.'
        : `The custom fields of items are: ${keys}.`,
  });
}
