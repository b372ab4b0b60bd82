import { z } from 'zod';
import { amount, id, ref, wallClock } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { ChildStream } from './stream.ts';

const stamps = {
  local_created_at: wallClock('When it was made, in local time'),
  local_updated_at: wallClock('When it last changed, in local time'),
  ...recordFields,
};

/** Requested transfer by transfer, so only on demand; embedding is undocumented. */
export const transfer_events: ChildStream = {
  name: 'transfer_events',
  about: 'Events of transfers: shipped, received, discrepancies',
  path: 'events',
  parentKey: 'transfer_id',
  key: ['id'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    transfer_id: ref('Transfer'),
    total_delta_qty_shipped: amount('Change of units shipped'),
    total_delta_qty_received: amount('Change of units received'),
    total_delta_qty_lost: amount('Change of units lost'),
    total_qty_created: amount('Units on new lines'),
    total_qty_added: amount('Units added to lines'),
    ...stamps,
  }),
};

export const transfer_event_lines: ChildStream = {
  name: 'transfer_event_lines',
  about: 'Events of transfer lines',
  path: 'event_lines',
  parentKey: 'transfer_id',
  key: ['id'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    transfer_id: ref('Transfer'),
    event_id: ref('Event it is part of'),
    transfer_line_id: ref('Line of the transfer'),
    delta_qty_shipped: amount('Change of units shipped'),
    delta_qty_received: amount('Change of units received'),
    delta_qty_lost: amount('Change of units lost'),
    qty_created: amount('Units of a new line'),
    qty_added: amount('Units added to the line'),
    adjustment_reason_id: ref('Reason of the adjustment it made'),
    adjustment_id: ref('Adjustment it made'),
    ...stamps,
  }),
};
