import { html } from 'hono/html';
import { MIN_CHARACTERS } from '../password.ts';
import type { Markup } from './layout.ts';

function said(says: string | undefined): Markup | '' {
  return says === undefined ? '' : html`<p class="said bad" role="alert">${says}</p>`;
}

export function logInForm(says?: string): Markup {
  return html`<div class="narrow card"><h1>Log in</h1>${said(says)}
<form method="post" action="/login">
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="main">Log in</button></form></div>`;
}

export function welcomeForm(code: string, says?: string): Markup {
  return html`<div class="narrow card"><h1>Welcome</h1>
<p>Choose a name and a password. Whoever has them can see this shop’s figures and send its files.</p>
${said(says)}<form method="post" action="/welcome"><input type="hidden" name="code" value="${code}">
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required>
<label for="password">Password, at least ${MIN_CHARACTERS} characters</label>
<input id="password" name="password" type="password" autocomplete="new-password"
minlength="${MIN_CHARACTERS}" required>
<button class="main">Start</button></form></div>`;
}
