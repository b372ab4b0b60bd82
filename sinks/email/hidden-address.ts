/**
 * Masks an e-mail address: its first letters and its domain remain.
 *
 * Anyone who knows the feed address of a store can send it a feed: it is as secret as a password.
 */
export function hiddenAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, Math.min(2, at - 1))}***${address.slice(at)}`;
}

/** Masks every address in a text, such as a server's reply. */
export function withHiddenAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),:;]+@[\w.-]+/g, hiddenAddress);
}

/** The part before the @: servers also name a mailbox by that part alone. */
export function mailboxOf(address: string): string {
  return address.slice(address.indexOf('<') + 1, address.lastIndexOf('@'));
}
