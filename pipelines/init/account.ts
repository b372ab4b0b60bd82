import { lastValueFrom } from 'rxjs';
import { type HeartlandClient, heartlandClient } from '../../sources/heartland/client.ts';
import { askPage } from '../../sources/heartland/page.ts';
import { whoami } from '../../sources/heartland/permissions.ts';
import { SourceError } from '../../transforms/errors.ts';
import { isRecord } from '../../transforms/validate.ts';

export interface FoundLocation {
  readonly number: string;
  readonly name: string;
  readonly isActive: boolean;
}

export interface FoundField {
  readonly key: string;
  readonly name: string;
}

/** What an account says about itself to somebody who is setting up. */
export interface FoundAccount {
  readonly user: string;
  readonly locations: readonly FoundLocation[];
  /** Custom fields of items; none where the token may not see them. */
  readonly fields: readonly FoundField[];
}

/**
 * Asks an account for its locations and the custom fields of its items.
 *
 * @throws SourceError when the token is refused, or may not see locations
 */
export async function lookAtAccount(baseUrl: string, token: string): Promise<FoundAccount> {
  const client = heartlandClient({
    ...{ baseUrl, token, inFlight: 2, timeoutMs: 30_000 },
    ...{ maxRetries: 2, maxWaitMs: 15_000 },
  });
  try {
    const { name } = await lastValueFrom(whoami(client));
    const locations = await all(client, 'locations');
    const fields = await all(client, 'custom_fields').catch(error => {
      // Their keys can be typed; without locations there is nothing to set up.
      if (error instanceof SourceError) return [];
      throw error;
    });
    return {
      user: name,
      locations: locations.map(row => ({
        number: String(row.public_id ?? ''),
        name: String(row.name ?? ''),
        isActive: (row['active?'] ?? row.active) !== false,
      })),
      fields: fields
        .filter(row => row.group_id === 'item')
        .map(row => ({ key: String(row.key), name: String(row.name) })),
    };
  } finally {
    await client.close();
  }
}

async function all(client: HeartlandClient, path: string) {
  const page = askPage(client, path, [
    ['sort[]', 'id'],
    ['page', '1'],
    ['per_page', '1000'],
  ]);
  const { results } = await lastValueFrom(page);
  return results.filter(isRecord);
}
