import { html } from 'hono/html';
import { localTime } from '../../../transforms/day.ts';
import { groupedByThing, issuesTitle, type Problem } from '../../../transforms/findings.ts';
import type { JobState } from '../jobs.ts';
import type { Card, Overview, RunRow } from '../overview.ts';
import type { Role } from '../users.ts';
import { button, type Markup, tableOf } from './layout.ts';

const PROBLEMS_SHOWN = 20;

export interface Today {
  readonly merchant: string;
  readonly role: Role;
  readonly timezone: string;
  readonly overview: Overview;
  readonly job: JobState | undefined;
  /** Whether every issue is listed, however many. */
  readonly isWhole: boolean;
}

/** The first screen: one sentence, the cards, what to fix, and the recent runs folded. */
export function todayView(today: Today): Markup {
  const { merchant, overview, timezone, job } = today;
  const { quarantined } = overview;
  return html`${jobView(job)}<h1>${overview.sentence}</h1>
<div class="cards">${overview.cards.map(card => cardView(card, today))}</div>
${overview.overdue.map(text => html`<p class="said bad">${text}</p>`)}
${
  quarantined === 0
    ? ''
    : html`<p class="said warn">${quarantined.toLocaleString('en-US')} rows could not be read.
<a href="/m/${merchant}/quarantine">See them, with the reason</a></p>`
}
${issues(overview.problems, today)}
<details><summary>Recent runs</summary>${runsTable(overview.runs, timezone)}</details>`;
}

/** What the last started job does or did. */
export function jobView(job: JobState | undefined): Markup | '' {
  if (job === undefined) return '';
  if (job.isRunning) {
    return html`<p class="said warn" role="status">Running: ${job.text}.
<a href="">Look again</a></p>`;
  }
  const isDone = job.exitCode === 0;
  return html`<details${isDone ? '' : html` open`} class="said-job"><summary>
${isDone ? 'Done' : 'It did not work'}: ${job.text}</summary>
<div class="in"><pre tabindex="0">${job.said}</pre></div></details>`;
}

function cardView({ title, mood, tag, headline, detail, verb }: Card, today: Today): Markup {
  const { merchant, role } = today;
  const action =
    verb.start === undefined
      ? html`<p class="verb"><a class="button" href="/m/${merchant}/${verb.open}">${verb.text}</a></p>`
      : button(role, `/m/${merchant}/jobs/${verb.start}`, verb.text);
  return html`<section class="card"><h2>${title}</h2>
<span class="tag ${mood}">${tag}</span>
<p class="big">${headline}</p><p class="soft">${detail}</p>${action}</section>`;
}

function issues(problems: readonly Problem[], { merchant, isWhole }: Today): Markup | '' {
  const things = groupedByThing(problems);
  if (things.length === 0) return '';
  const shown = isWhole ? things : things.slice(0, PROBLEMS_SHOWN);
  const rest = things.length - shown.length;
  return html`<h2 id="issues">${issuesTitle(problems)}</h2>
${tableOf(
  'Issues to fix',
  ['What', 'Now', 'What to do in Heartland'],
  shown.map(([first]) => thing(first!)),
)}
${
  rest === 0
    ? ''
    : html`<p><a href="/m/${merchant}?all=1#issues">Show the other ${rest.toLocaleString('en-US')}</a></p>`
}`;
}

function thing(problem: Problem) {
  const { itemNumber, description, locationNumber, found, fix, treatment } = problem;
  const documents = problem.documents?.join(', ') ?? 'Without a location';
  const place = locationNumber === undefined ? documents : `Location ${locationNumber}`;
  const what = itemNumber === undefined ? place : `Item ${itemNumber}`;
  const means = {
    held: 'Holds the file',
    unclassified: 'Counted as unclassified',
    left_out: 'Left out',
    noted: 'Noted',
  }[treatment];
  const now = found === undefined ? means : `${means}; found “${found}”`;
  return [html`${what}<br><span class="soft">${description}</span>`, now, fix];
}

/** Runs, the latest first. */
export function runsTable(runs: readonly RunRow[], timezone: string): Markup {
  return tableOf(
    'Runs',
    ['Run', 'What', 'Result', 'Started', 'Seconds', 'Rows read', 'Message'],
    runs.map(run => [
      run.run_id,
      run.command,
      html`<span class="tag ${run.status === 'done' ? 'good' : run.status === 'running' ? 'none' : 'bad'}">${run.status}</span>`,
      html`<span class="nowrap">${localTime(run.started_at, timezone)}</span>`,
      run.seconds === null ? '' : run.seconds.toFixed(1),
      run.rows.toLocaleString('en-US'),
      (run.message ?? '').split('\n')[0],
    ]),
    [4, 5],
  );
}
