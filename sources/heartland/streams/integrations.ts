import { z } from 'zod';
import { id, json, words } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

export const webhooks: Stream = {
  name: 'webhooks',
  about: 'Addresses that Heartland calls when something happens. Some hold a secret',
  path: 'webhooks',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['webhooks.manage'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    url: words('Address that is called'),
    events: json('Events it is called for'),
    ...recordFields,
  }),
};
