/** Checks across sections: values that are valid alone but contradict each other. */
import type { z } from 'zod';
import type { LocallyConfiguration } from './locally.ts';
import type { LocationConfiguration } from './locations.ts';
import type { ManagementOneConfiguration } from './management-one.ts';

type Locations = Readonly<Record<string, LocationConfiguration>>;
type Report = (path: readonly (string | number)[], expected: string) => void;

interface Sections {
  readonly locations: Locations;
  readonly destinations: Readonly<Record<string, unknown>>;
  readonly locally?: LocallyConfiguration | undefined;
  readonly management_one?: ManagementOneConfiguration | undefined;
}

/** Reports contradictions between sections; a check is skipped if its section is invalid. */
export function checkAcrossSections(sections: Sections, context: z.core.$RefinementCtx): void {
  const isWrong = (section: string) => context.issues.some(issue => issue.path?.[0] === section);
  const report: Report = (path, message) =>
    context.addIssue({ code: 'custom', path: [...path], message });
  const { locally, management_one: managementOne } = sections;
  const locations = isWrong('locations') ? undefined : sections.locations;
  if (locally !== undefined && !isWrong('locally')) {
    if (locations !== undefined) checkLocallyIds(locations, locally, report);
    checkFeedNamesItsStore(locally, report);
    if (locations !== undefined) checkFurtherFiles(locations, locally, report);
    if (locations !== undefined) checkFeedAddresses(locations, locally, report);
    if (!isWrong('destinations')) checkDestinationNames(sections.destinations, locally, report);
  }
  if (managementOne !== undefined && !isWrong('management_one')) {
    if (locations !== undefined) checkManagementOneNumbers(locations, report);
    checkClassCodes(managementOne, report);
    if (managementOne.email === undefined && managementOne.upload === undefined)
      report(
        ['management_one'],
        'email (smtp, from and to) or upload, so that the file is delivered',
      );
  }
}

/**
 * Refuses two locations with one Locally id, unless `sum_locations` says that they are one store.
 *
 * A copied line would hide one store and list its stock in the other. A shop with one location
 * needs no id (set-up form, "Map").
 */
function checkLocallyIds(
  locations: Locations,
  {
    sum_locations: isSummed,
    files,
    safety_stock: safety,
    ship_to_store: shipToStore,
  }: LocallyConfiguration,
  report: Report,
): void {
  const owner = new Map<string, string>();
  for (const [number, { locally_id: id }] of Object.entries(locations)) {
    if (id === undefined) continue;
    const other = owner.get(id);
    if (other === undefined) owner.set(id, number);
    else if (!isSummed)
      report(
        ['locations', number, 'locally_id'],
        `a different id; location "${other}" has this one. If both are one store, set locally.sum_locations: true`,
      );
  }
  const isOnlyStore = Object.keys(locations).length <= 1 && files === 'per_store';
  if (owner.size === 0 && !isOnlyStore)
    report(
      ['locations'],
      'a locally_id on at least one location, because there is a section locally',
    );
  for (const [index, id] of (shipToStore?.stores ?? []).entries())
    if (!owner.has(id))
      report(
        ['locally', 'ship_to_store', 'stores', index],
        `the locally_id of a location (${[...owner.keys()].join(', ')})`,
      );
  for (const id of Object.keys(safety.stores))
    if (!owner.has(id))
      report(
        ['locally', 'safety_stock', 'stores', id],
        `the locally_id of a location (${[...owner.keys()].join(', ')})`,
      );
}

/** Refuses two files with one name: one would overwrite the other. */
function checkFurtherFiles(
  locations: Locations,
  { layout, product_feed: products, ship_to_store: available }: LocallyConfiguration,
  report: Report,
): void {
  const ids = Object.values(locations).flatMap(({ locally_id: id }) => id ?? []);
  // A shop without Locally ids has one file, under the merchant's name.
  const names = (ids.length === 0 ? ['{merchant}'] : ids).map(id =>
    layout.file_name.replaceAll('{locally_id}', id),
  );
  for (const [section, name] of [
    ['product_feed', products?.file_name],
    ['ship_to_store', available?.file_name],
  ] as const) {
    if (name === undefined) continue;
    if (names.includes(name))
      report(['locally', section, 'file_name'], 'a file name that no other file of the feed has');
    names.push(name);
  }
}

/** Refuses the name of a destination that is not there. */
function checkDestinationNames(
  destinations: Readonly<Record<string, unknown>>,
  { deliver }: LocallyConfiguration,
  report: Report,
): void {
  const names = Object.keys(destinations);
  for (const [index, to] of deliver.entries()) {
    if (to.protocol !== 'named' || names.includes(to.name)) continue;
    const known = names.length > 0 ? names.join(', ') : 'there is none';
    report(
      ['locally', 'deliver', index],
      `a destination with host, user and password, or the name of one in the section destinations (${known})`,
    );
  }
}

/** Refuses a store without a feed address, before a feed is sent. */
function checkFeedAddresses(
  locations: Locations,
  { deliver, files }: LocallyConfiguration,
  report: Report,
): void {
  for (const [index, to] of deliver.entries()) {
    if (to.protocol !== 'email') continue;
    const path = ['locally', 'deliver', index, 'to'];
    const isOneAddress = typeof to.to === 'string';
    if (files === 'combined' && !isOneAddress)
      report(path, 'one address, because all stores are in one file');
    const ids = Object.values(locations).flatMap(({ locally_id: id }) => id ?? []);
    for (const id of files === 'combined' ? [] : ids)
      if (isOneAddress ? ids.length > 1 : !(id in (to.to as object))) {
        report(
          isOneAddress ? path : [...path, id],
          'the feed address of each store, by its locally_id',
        );
        break;
      }
  }
}

function checkFeedNamesItsStore({ files, layout }: LocallyConfiguration, report: Report): void {
  const storeIsIn = {
    name: layout.file_name.includes('{locally_id}'),
    rows: layout.columns.some(column => column.from === 'locally_id'),
  };
  const missing = (['upc', 'qty'] as const).filter(
    field => !layout.columns.some(column => column.from === field),
  );
  if (missing.length > 0)
    report(
      ['locally', 'layout', 'columns'],
      `the column ${missing.join(' and ')}, which Locally requires`,
    );
  if (files === 'per_store' && !storeIsIn.name)
    report(
      ['locally', 'layout', 'file_name'],
      'a name with {locally_id}, because each store has its own file',
    );
  if (files === 'combined' && storeIsIn.name)
    report(
      ['locally', 'layout', 'file_name'],
      'a name without {locally_id}, because all stores are in one file',
    );
  if (files === 'combined' && !storeIsIn.rows)
    report(
      ['locally', 'layout', 'columns'],
      'the column locally_id, because all stores are in one file',
    );
}

function checkManagementOneNumbers(locations: Locations, report: Report): void {
  const owner = new Map<string, string>();
  for (const [number, { management_one: theirs = number }] of Object.entries(locations)) {
    if (theirs === false) continue;
    const other = owner.get(theirs);
    if (other === undefined) owner.set(theirs, number);
    else
      report(
        ['locations', number, 'management_one'],
        `a different number; location "${other}" has "${theirs}" at Management One`,
      );
  }
  if (owner.size === 0)
    report(
      ['locations'],
      'at least one location that is not management_one: false, because there is a section management_one',
    );
}

function checkClassCodes(settings: ManagementOneConfiguration, report: Report): void {
  const { class_codes: codes, unclassified_code: unclassified, problems, layout } = settings;
  if (Object.values(problems).includes('unclassified') && !codes.includes(unclassified))
    report(
      ['management_one', 'unclassified_code'],
      `one of class_codes (${codes.join(', ')}), because unclassified items are counted under it`,
    );
  for (const [index, code] of codes.entries())
    if (code.includes(layout.delimiter))
      report(
        ['management_one', 'class_codes', index],
        `a code without ${JSON.stringify(layout.delimiter)}, which separates the columns of the file`,
      );
}
