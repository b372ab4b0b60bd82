/**
 * An address that is as good as a password: whoever knows the feed address of a store can send it a feed. Messages show
 * how it begins, and its domain.
 */
export function hiddenAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, Math.min(2, at - 1))}***${address.slice(at)}`;
}

/** Hides every address in a text, as in what a server said. */
export function withHiddenAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),:;]+@[\w.-]+/g, hiddenAddress);
}

/** What stands before the @: servers name a mailbox by that alone, too. */
export function mailboxOf(address: string): string {
  return address.slice(address.indexOf('<') + 1, address.lastIndexOf('@'));
}
