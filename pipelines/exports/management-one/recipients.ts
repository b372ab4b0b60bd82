import type { MailSettings } from './mail-server.ts';

/** Who gets the list of what to mend of a month that went out. */
export function listRecipients({
  list_to: listed,
  errors_to: errors,
  reply_to: owner,
}: MailSettings): readonly string[] {
  if (listed !== undefined) return listed;
  if (errors.length > 0) return errors;
  return owner === undefined ? [] : [owner];
}

/** Who is told why a month is held: it has a list too, which goes to those who get it of every other month. */
export function heldRecipients(email: MailSettings): readonly string[] {
  return [...new Set([...email.errors_to, ...listRecipients(email)])];
}
