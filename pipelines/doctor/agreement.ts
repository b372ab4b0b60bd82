import { DateTime } from 'luxon';
import { catchError, lastValueFrom, map, of } from 'rxjs';
import type { HeartlandClient, Query } from '../../sources/heartland/client.ts';
import { askPage } from '../../sources/heartland/page.ts';
import { EXIT, SourceError } from '../../transforms/errors.ts';
import { suggest } from '../../transforms/suggestion.ts';
import { isRecord } from '../../transforms/validate.ts';
import type { Path } from '../configuration/mistake.ts';
import type { Configuration } from '../configuration/schema.ts';
import { placeOf } from '../configuration/written.ts';
import { itemFieldsIn, meantKey, namedFields } from '../custom-fields.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

type Row = Readonly<Record<string, unknown>>;

/** Small lists are asked for in one page; what is beyond would be a strange account. */
const ALL: Query = [
  ['sort[]', 'id'],
  ['page', '1'],
  ['per_page', '1000'],
];

async function rowsOf(client: HeartlandClient, path: string, query: Query = ALL) {
  const { results } = await lastValueFrom(askPage(client, path, query));
  return results;
}

/** A list that is read as it is: what it lacks may be in a row of it that could not be read. */
function readable(rows: readonly unknown[]): readonly Row[] {
  return rows.filter(isRecord).filter(({ public_id }) => isName(public_id));
}

function isName(value: unknown): boolean {
  return ['string', 'number'].includes(typeof (value ?? ''));
}

/** The place of a key, as ` (tillstream.yaml:12)`. */
function inFile(configuration: Configuration, path: Path): string {
  const place = placeOf(configuration, path);
  return place === undefined ? '' : ` (${place})`;
}

/** Whether the custom fields that the configuration names are there. */
export async function checkCustomFields(
  client: HeartlandClient,
  configuration: Configuration,
): Promise<readonly Finding[]> {
  const fields = await lastValueFrom(itemFieldsIn(client));
  const keys = fields.map(field => field.key);
  const { upc } = configuration.item_fields;
  const number = upc === 'public_id' ? [ok('item_fields.upc', 'The item number (Item #)')] : [];
  const custom = namedFields(configuration).map(({ where, path, key }) => {
    const found = fields.find(field => field.key === key);
    if (found !== undefined) return ok(where, `The custom field “${found.name}” (${key})`);
    const meant = meantKey(key, fields);
    return fail(
      where,
      `Items have no custom field with the key “${key}”${inFile(configuration, path)}`,
      meant === undefined
        ? `Their keys are ${keys.join(', ') || 'none'}.`
        : `Write custom@${meant}. All keys: ${keys.join(', ')}.`,
      EXIT.usage,
    );
  });
  return [...number, ...custom];
}

/** Whether configured locations are in Heartland, and the other way round. */
export async function checkLocations(
  client: HeartlandClient,
  configuration: Configuration,
): Promise<readonly Finding[]> {
  const { locations, locally, management_one: managementOne } = configuration;
  const all = await rowsOf(client, 'locations');
  const rows = readable(all);
  const bad = all.length - rows.length;
  const numbers = rows.map(row => String(row.public_id ?? ''));
  const configured = Object.keys(locations);
  const unknown = configured.filter(number => !numbers.includes(number));
  const isExported = locally !== undefined || managementOne !== undefined;
  const left = rows
    .filter(row => (row['active?'] ?? row.active) !== false)
    .filter(row => !configured.includes(String(row.public_id ?? '')));
  return [
    ...(bad === 0 ? [] : [badLocations(bad)]),
    // One that is not found may be the one that could not be read.
    ...(bad > 0 ? [] : unknown).map(number => {
      const closest = suggest(number, numbers);
      return fail(
        `location ${number}`,
        `The configuration names it${inFile(configuration, ['locations', number])}, and Heartland has no location with that number`,
        `Location numbers in Heartland: ${numbers.join(', ')}.${closest === undefined ? '' : ` Perhaps ${closest} is meant.`}`,
        EXIT.usage,
      );
    }),
    ...(isExported ? left : []).map(row =>
      warn(
        `location ${row.public_id}`,
        `“${row.name}” is in Heartland and not under locations: nothing of it goes to Locally, and figures of it hold the Management One file`,
        `Put "${row.public_id}" under locations, with management_one: false where nobody is to see it.`,
      ),
    ),
    ...(unknown.length > 0
      ? []
      : [ok('locations', `${configured.length} configured, ${rows.length} in Heartland`)]),
  ];
}

function badLocations(count: number): Finding {
  return warn(
    'locations',
    `${count} of Heartland’s locations could not be read, so it is not known whether all that are configured are there`,
    'Run tillstream doctor again; if it persists, report it to Heartland.',
  );
}

/** Whether the time zone fits the clocks of the stores: Heartland writes each sale down in UTC and in local time. */
export async function checkTimezone(
  client: HeartlandClient,
  { timezone, locations }: Configuration,
): Promise<readonly Finding[]> {
  const numbers = new Map(
    readable(await rowsOf(client, 'locations')).map(row => [row.id, String(row.public_id)]),
  );
  const newest: Query = [
    ['sort[]', 'id,desc'],
    ['page', '1'],
    ['per_page', '50'],
  ];
  const tickets = await lastValueFrom(
    askPage(client, 'sales/tickets', newest).pipe(
      map(({ results }) => results.filter(isRecord)),
      catchError(error => {
        // Tickets take a permission that nothing else may need; without them there is nothing to compare.
        if (error instanceof SourceError) return of([]);
        throw error;
      }),
    ),
  );
  const wrong = new Map<string, string>();
  let compared = 0;
  for (const { completed_at: utc, local_completed_at: local, source_location_id: id } of tickets) {
    if (typeof utc !== 'string' || typeof local !== 'string') continue;
    const instant = DateTime.fromISO(utc, { zone: 'UTC' });
    // What is no time says nothing about time zones.
    if (!instant.isValid || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(local)) continue;
    const number = numbers.get(id) ?? '';
    const zone = locations[number]?.timezone ?? timezone;
    const here = instant.setZone(zone).toISO({ includeOffset: false })?.slice(0, 16);
    compared++;
    if (here !== local.slice(0, 16))
      wrong.set(
        number,
        `it was ${local.slice(11, 16)} in location ${number} when it was ${here?.slice(11)} in ${zone}`,
      );
  }
  if (compared === 0)
    return [ok('timezone', `${timezone} (no sale could be read to compare it with)`)];
  if (wrong.size === 0) return [ok('timezone', `${timezone} fits the last ${compared} sales`)];
  return [
    warn(
      'timezone',
      `The stores’ own clocks differ: ${[...wrong.values()].join('; ')}`,
      `Correct timezone, or give a location its own, as locations: { ${JSON.stringify([...wrong.keys()][0])}: { timezone: America/New_York } }.`,
    ),
  ];
}
