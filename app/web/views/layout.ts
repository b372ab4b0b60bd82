import { html, raw } from 'hono/html';
import { STYLE } from '../style.ts';
import type { Role } from '../users.ts';

export type Markup = ReturnType<typeof html>;

/** What every screen shows around its own part. */
export interface Frame {
  readonly title: string;
  /** Of the style sheet: without it the browser ignores the sheet. */
  readonly nonce: string;
  readonly merchant?: string;
  readonly user?: string;
  readonly role?: Role;
  /** The part of the navigation that is open. */
  readonly open?: string;
  /** Whether there are other merchants to go back to. */
  readonly hasOthers?: boolean;
}

const PARTS = [
  ['', 'Today'],
  ['months', 'Months'],
  ['locally', 'Locally'],
  ['streams', 'Streams'],
  ['runs', 'Runs'],
  ['quarantine', 'Quarantine'],
  ['actions', 'Log'],
] as const;

/** The whole document. */
export function layout(frame: Frame, body: unknown): Markup {
  const { title, nonce, merchant, user, open, hasOthers = false } = frame;
  const link = (path: string, text: string) => {
    const current = path === open ? raw(' aria-current="page"') : '';
    return html`<a href="/m/${merchant}${path && `/${path}`}"${current}>${text}</a>`;
  };
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Tillstream</title>
<style nonce="${nonce}">${raw(STYLE)}</style></head>
<body><a class="skip" href="#content">Skip to the content</a>
${
  user === undefined
    ? ''
    : html`<header class="top"><div><strong>${merchant ?? 'Tillstream'}</strong>
${
  merchant === undefined
    ? ''
    : html`<nav aria-label="Main">${PARTS.map(([path, text]) => link(path, text))}
${hasOthers ? html`<a href="/">All merchants</a>` : ''}</nav>`
}
<form method="post" action="/logout"><button class="quiet">Log out ${user}</button></form>
</div></header>`
}
<main id="content">${body}</main></body></html>`;
}

/** A table; cells are text or markup. Columns named in `right` hold numbers. */
export function tableOf(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  right: readonly number[] = [],
): Markup {
  const n = (at: number) => (right.includes(at) ? raw(' class="n"') : '');
  return html`<div class="box" role="region" aria-label="${caption}" tabindex="0"><table><thead><tr>
${columns.map((name, at) => html`<th scope="col"${n(at)}>${name}</th>`)}</tr></thead><tbody>
${rows.map(
  row =>
    html`<tr>${row.map((cell, at) =>
      at === 0 ? html`<th scope="row"${n(at)}>${cell}</th>` : html`<td${n(at)}>${cell}</td>`,
    )}</tr>`,
)}</tbody></table></div>`;
}

/** A button that starts something; nothing for those who may only look. */
export function button(role: Role, action: string, text: string, isMain = true): Markup | '' {
  if (role === 'viewer') return '';
  return html`<form method="post" action="${action}">
<button${isMain ? raw(' class="main"') : ''}>${text}</button></form>`;
}
