/** A range of time of one field. */
export interface TimeWindow {
  readonly field: 'created_at' | 'updated_at';
  /** Included; ISO 8601. */
  readonly from: string;
  /** Excluded; undefined if the window is open. */
  readonly to: string | undefined;
}

/** The filter for a window, in Heartland's filter language. */
export function clauseOf({ field, from, to }: TimeWindow): object {
  return { [field]: { $gte: from, ...(to !== undefined && { $lt: to }) } };
}
