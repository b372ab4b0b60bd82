import { z } from 'zod';
import { amount, id, json, moment, ref, words, yesNo } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

export const traffic_counters: Stream = {
  name: 'traffic_counters',
  about: 'Devices that count visitors',
  path: 'traffic_counters',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: [],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    location_id: ref('Location it counts at'),
    name: words('Name'),
    original_name: words('Name of the device'),
    entrance: yesNo('Whether it is at an entrance'),
    zone: words('Zone, if it is not at an entrance'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
};

/** Read whole each time: counts are replaced, and the API does not show when. */
export const traffic_counts: Stream = {
  name: 'traffic_counts',
  about: 'Visitors, a counter and hour',
  path: 'traffic_counts',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: [],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    traffic_counter_id: ref('Counter'),
    value: amount('Visitors'),
    datetime: moment('When they were counted'),
    year: amount('Year'),
    month: amount('Month of the year'),
    week: amount('Week of the year'),
    hour: amount('Hour of the day'),
    date_id: ref('Heartland’s number of the day'),
    time_id: ref('Heartland’s number of the hour'),
    ...recordFields,
  }),
};
