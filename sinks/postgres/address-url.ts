/**
 * The parts of a `postgres://` address; undefined where it is none.
 *
 * Unlike a browser's address it may lack the host (`postgres://user@/shop?host=/run/postgresql`), or have several, each
 * with a port, which are then one name with commas here.
 */
export function addressUrl(text: string): URL | undefined {
  const [, start, host, rest] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (start === undefined || host === undefined) return undefined;
  const named = host.includes(',') ? host.replace(/:\d*/g, '') : host || 'localhost';
  return URL.parse(`${start}${named}${rest}`) ?? undefined;
}
