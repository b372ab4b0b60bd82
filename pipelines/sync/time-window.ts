/** A span of time that is asked for, by the field it is asked of. */
export interface TimeWindow {
  readonly field: 'created_at' | 'updated_at';
  /** Included; ISO 8601. */
  readonly from: string;
  /** Not included; undefined where it is open. */
  readonly to: string | undefined;
}

/** The filter that asks for a window. */
export function clauseOf({ field, from, to }: TimeWindow): object {
  return { [field]: { $gte: from, ...(to !== undefined && { $lt: to }) } };
}
