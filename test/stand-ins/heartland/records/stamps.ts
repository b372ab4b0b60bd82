import { type Fields, instantField } from '../query/rows.ts';

/** The user every record was made by. */
export const USER_ID = 100_001;

interface Stamped {
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The keys that every record ends with. */
export const STAMPS = {
  created_at: instantField((document: Stamped) => document.createdAt),
  updated_at: instantField((document: Stamped) => document.updatedAt),
  created_by_user_id: () => USER_ID,
  updated_by_user_id: () => USER_ID,
} satisfies Fields<Stamped>;

/** A uuid that follows from the kind and the id. */
export function uuidOf(kind: string, id: number): string {
  const tail = id.toString(16).padStart(12, '0');
  const head = [...kind].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return `${head.toString(16).padStart(8, '0')}-5a17-4c0d-9e57-${tail}`;
}
