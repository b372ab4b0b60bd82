import type { Settings } from '../../sinks/postgres/settings.ts';
import type { Configuration } from '../settings/schema.ts';

/** The settings of a merchant that the views for analysts use. */
export function viewSettings({ timezone, item_fields, management_one }: Configuration): Settings {
  return {
    timezone,
    upc_field: item_fields.upc,
    class_code_field: item_fields.class_code,
    class_codes: management_one?.class_codes ?? null,
  };
}
