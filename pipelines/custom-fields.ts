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
import type { HeartlandClient } from '../sources/heartland/client.ts';
import { askPage } from '../sources/heartland/page.ts';
import { ConfigurationError, IncompleteError, SourceError } from '../transforms/errors.ts';
import { suggest } from '../transforms/suggestion.ts';
import { isRecord } from '../transforms/validate.ts';
import { dotted, type Path } from './configuration/mistake.ts';
import type { Configuration } from './configuration/schema.ts';
import { placeOf } from './configuration/written.ts';
import type { Work } from './work.ts';

/** A custom field of items, as the account has it. */
export interface CustomField {
  readonly key: string;
  readonly name: string;
}

/** A custom field that the configuration names. */
export interface NamedField {
  /** Where it is named, as `item_fields.upc`. */
  readonly where: string;
  readonly path: Path;
  readonly key: string;
}

type Export = 'locally' | 'management_one';

const UPC = ['item_fields', 'upc'];
const CLASS_CODE = ['item_fields', 'class_code'];
const FILTER = ['locally', 'filter'];

const DEFAULT_CLASS_CODE = 'custom@class_code';

/** Every custom field that the configuration names. A default that nobody uses is not worth a word. */
export function namedFields(configuration: Configuration): readonly NamedField[] {
  const { item_fields: fields, management_one: managementOne, locally } = configuration;
  const isDefault = fields.class_code === DEFAULT_CLASS_CODE;
  const hasClasses = managementOne !== undefined || holdsBackByClass(locally) || !isDefault;
  return [
    ...named(UPC, [fields.upc]),
    ...named(CLASS_CODE, hasClasses ? [fields.class_code] : []),
    ...customFieldsOf(locally?.filter, FILTER),
  ];
}

/** Those without which an export can only be wrong. */
export function fieldsUsedBy(kind: Export, configuration: Configuration): readonly NamedField[] {
  const { item_fields: fields, locally } = configuration;
  if (kind === 'management_one') return named(CLASS_CODE, [fields.class_code]);
  return namedFields(configuration).filter(
    ({ where }) => where !== 'item_fields.class_code' || holdsBackByClass(locally),
  );
}

function holdsBackByClass(locally: Configuration['locally']): boolean {
  return Object.keys(locally?.safety_stock.classes ?? {}).length > 0;
}

function named(path: Path, fields: readonly string[], at = path): readonly NamedField[] {
  return fields
    .filter(field => field.startsWith('custom@'))
    .map(field => ({ where: dotted(path), path: at, key: field.slice('custom@'.length) }));
}

/** Custom fields that a filter names, wherever they stand in it; each once. */
function customFieldsOf(filter: unknown, at: Path): readonly NamedField[] {
  if (typeof filter !== 'object' || filter === null) return [];
  const found = Object.entries(filter).flatMap(([key, value]) => {
    const here = [...at, Array.isArray(filter) ? Number(key) : key];
    return [...named(FILTER, [key], here), ...customFieldsOf(value, here)];
  });
  return found.filter(({ key }, index) => found.findIndex(field => field.key === key) === index);
}

/** The custom fields of items. One page: what is beyond would be a strange account. */
export function itemFieldsIn(client: HeartlandClient): Observable<readonly CustomField[]> {
  return askPage(client, 'custom_fields', [
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

/** @throws IncompleteError when the row says nothing: a field that is not found may be this one */
function readable(row: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(row)) return row;
  throw new IncompleteError('FIELDS_NOT_READ', {
    problem: 'A custom field in Heartland’s list could not be read',
    found: row,
    next: 'Run the command again.',
  });
}

/** The key that was probably meant: a person may have written the field's name, or another spelling of its key. */
export function meantKey(key: string, fields: readonly CustomField[]): string | undefined {
  const byName = fields.find(({ name }) => name.toLowerCase() === key.toLowerCase());
  return (
    byName?.key ??
    suggest(
      key,
      fields.map(field => field.key),
    )
  );
}

/** An account that does not answer this soon is not waited for. */
const PATIENCE_MS = 10_000;

/** Tells of each custom field that is named in the configuration and is not in the account; the run goes on. */
export function warnOfMissingFields(work: Work): Observable<never> {
  return unknownFields(work, namedFields(work.configuration)).pipe(
    tap(({ unknown }) => {
      for (const error of unknown) work.report({ kind: 'warning', text: error.message });
    }),
    ignoreElements(),
  );
}

/**
 * Refuses to make an export out of a custom field that the account does not have: every item would seem to lack it.
 * Fails with a ConfigurationError that names the closest field; else emits once.
 */
export function requireFields(work: Work, kind: Export): Observable<void> {
  return unknownFields(work, fieldsUsedBy(kind, work.configuration)).pipe(
    map(({ unknown: [first], hasAny }) => {
      // A list that is empty may be one that the token may not see; Heartland does not say.
      if (first !== undefined && hasAny) throw first;
    }),
  );
}

/** What the account was found to lack of the fields that are named. */
interface Unknown {
  readonly unknown: readonly ConfigurationError[];
  /** Whether it has any custom fields of items. */
  readonly hasAny: boolean;
}

/**
 * An error for each field that the account does not have. Heartland is asked only about what the last sync did not see;
 * where it does not tell (that takes the permission to manage custom fields), nothing is known to be wrong.
 */
function unknownFields(
  { configuration, warehouse, heartland }: Work,
  wanted: readonly NamedField[],
): Observable<Unknown> {
  return defer(() =>
    warehouse.query<{ key: string }>(
      `select key from custom_fields where group_id = 'item' and _deleted_at is null`,
    ),
  ).pipe(
    concatMap(kept =>
      wanted.every(({ key }) => kept.some(field => field.key === key))
        ? EMPTY
        : itemFieldsIn(heartland),
    ),
    map(fields => ({
      unknown: wanted
        .filter(({ key }) => !fields.some(field => field.key === key))
        .map(field => noSuchField(configuration, field, fields)),
      hasAny: fields.length > 0,
    })),
    timeout({ first: PATIENCE_MS, with: () => EMPTY }),
    catchError(error => {
      if (error instanceof SourceError) return EMPTY;
      throw error;
    }),
    defaultIfEmpty({ unknown: [], hasAny: true }),
  );
}

function noSuchField(
  configuration: Configuration,
  { where, path, key }: NamedField,
  fields: readonly CustomField[],
): ConfigurationError {
  const meant = meantKey(key, fields);
  const keys = fields.map(field => field.key).join(', ');
  return new ConfigurationError('NO_SUCH_CUSTOM_FIELD', {
    problem: `${[placeOf(configuration, path), where].filter(Boolean).join(' ')} names a custom field that items do not have in Heartland`,
    found: `custom@${key}`,
    ...(meant !== undefined && { expected: `custom@${meant}` }),
    next:
      keys === ''
        ? 'No custom field of items is there, or none that the token’s user may see.'
        : `The keys there are: ${keys}.`,
  });
}
