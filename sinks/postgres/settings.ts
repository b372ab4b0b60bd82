import type pg from 'pg';

/** Settings that the views for analysts take from the configuration, by name; see `_settings`. */
export type Settings = Readonly<Record<string, unknown>>;

/** Saves the changed settings, in the transaction of `client`. */
export async function saveSettings(client: pg.PoolClient, settings: Settings): Promise<void> {
  await client.query(
    `insert into _settings (name, value)
     select given.key, given.value from jsonb_each($1::jsonb) as given
     on conflict (name) do update set value = excluded.value
        where _settings.value is distinct from excluded.value`,
    [JSON.stringify(settings)],
  );
  await client.query('delete from _settings where name <> all ($1)', [Object.keys(settings)]);
}
