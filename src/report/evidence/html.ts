/** The evidence pack as a page that prints: what was tested, by whom, what it showed, and lines to sign. */
import { html, type Markup } from '../../markup.ts';
import { counted } from '../../measure/measured.ts';
import { page } from '../html/page.ts';
import { amount } from '../text.ts';
import type { EvidenceEntry, EvidencePack, Finding, Objective } from './pack.ts';

const day = (iso: string): string => iso.slice(0, 10);
const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const pairs = (all: readonly (readonly [string, Markup | string | undefined])[]): Markup =>
  html`<dl class="pairs">${all.map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

const objectiveRow = ({ name, means, target, source, measured, outcome }: Objective): Markup =>
  html`<tr><th scope="row"><b>${name}</b><span class="means">${means}</span></th><td>${target ?? 'not set'}${source && html`<span class="means">${source}</span>`}</td><td>${measured}</td><td><span class="outcome ${outcome}">${outcome}</span></td></tr>`;

function entry(one: EvidenceEntry): Markup {
  const { repository } = one;
  const topology = Object.entries(one.topology)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const versions = Object.entries(one.versions)
    .map((pair) => pair.join(' '))
    .join(', ');
  return html`<section id="run-${one.run}"><h2>${one.scenario} on ${one.stack}, ${day(one.startedAt)}: <span class="outcome ${one.outcome}">${one.outcome}</span></h2>
<p class="lede">${one.finding}</p>${one.cause && html`<p>Why: ${one.cause}</p>`}${one.doubts.length > 0 && html`<div class="doubts"><ul>${one.doubts.map((doubt) => html`<li>${doubt}</li>`)}</ul></div>`}
<table><caption>Objectives, as configured, and what was measured, with its bounds</caption><thead><tr><th scope="col">objective</th><th scope="col">target</th><th scope="col">measured</th><th scope="col">result</th></tr></thead><tbody>${one.objectives.map(objectiveRow)}</tbody></table>
${pairs([
  ['question', one.asks],
  ['injected', one.faults.join(', ') || 'nothing'],
  ['system', [versions, topology].filter(Boolean).join('; ')],
  ['run by', one.by ?? 'not recorded'],
  ['started', minute(one.startedAt)],
  ['command', html`<code>${one.command}</code>`],
  [
    'repository',
    repository ? `${repository.revision}${repository.dirty ? ', with uncommitted changes' : ''}` : 'not recorded',
  ],
  ['pgdrill', one.pgdrill ?? 'not recorded'],
])}
<table class="records"><caption>Files of this run and their SHA-256</caption><thead><tr><th scope="col">file</th><th scope="col">SHA-256</th><th scope="col" class="number">size</th></tr></thead><tbody>${one.files.map(({ name, sha256, bytes }) => html`<tr><th scope="row">${name}</th><td><code>${sha256}</code></td><td class="number">${amount(bytes, 'bytes')}</td></tr>`)}</tbody></table></section>`;
}

const finding = ({ scenario, stack, run, startedAt, sentence, since, changed }: Finding): Markup =>
  html`<li><b>${scenario} on ${stack}, ${day(startedAt)}</b> (<code>${run}</code>): ${sentence} <b>${since}</b>${changed.length > 0 && html`; changed in between: ${changed.slice(0, 6).join('; ')}${changed.length > 6 && `; and ${changed.length - 6} more`}`}.</li>`;

function restore({ lastRestore }: EvidencePack): Markup {
  if (!lastRestore) return html`<p>No run on record here has proved a restore.</p>`;
  const { scenario, stack, run, startedAt, ageDays, restoreMs } = lastRestore;
  const took = restoreMs === null ? '' : ` It took ${amount(Math.round(restoreMs), 'ms')}.`;
  return html`<p>The last restore that was proved complete is <b>${ageDays === 0 ? 'of today' : `${counted(ageDays, 'day')} old`}</b>: ${scenario} on ${stack}, ${minute(startedAt)} (<code>${run}</code>).${took}</p>`;
}

const blank = (word: string): Markup => html`<span class="field-to-fill">${word} <span class="blank"></span></span>`;

/** One HTML document; the same pack gives the same bytes. */
export function renderEvidence(pack: EvidencePack): string {
  const { runs, findings, madeAt, madeWith } = pack;
  const [first, last] = [runs[0], runs.at(-1)];
  const span = first && last ? `${day(first.startedAt)} to ${day(last.startedAt)}` : 'no run';
  const passed = runs.filter(({ outcome }) => outcome === 'pass').length;
  const scenarios = [...new Set(runs.map(({ scenario, stack }) => `${scenario} on ${stack}`))];
  return page({
    title: `Evidence of ${counted(runs.length, 'resilience test')}, ${span}`,
    body: html`<header><p class="overline">pgdrill ${madeWith} · <time datetime="${madeAt}">${minute(madeAt)}</time></p><h1>Evidence of resilience and restore tests</h1><p class="lede">${counted(runs.length, 'run')}, ${span}: ${passed} passed, ${runs.length - passed} did not.</p></header><main id="main">
<section id="scope"><h2>Scope</h2><ul>${scenarios.map((one) => html`<li>${one}</li>`)}</ul><p class="means">A failover drill injects a fault into a running cluster under load and measures from outside how long writes stop (RTO) and whether an acknowledged write is lost (RPO). It does not test the application, and one run shows what can happen, not what always does.</p></section>
<section id="restore"><h2>Restore</h2>${restore(pack)}</section>
<section id="findings"><h2>Findings</h2>${findings.length > 0 ? html`<ul>${findings.map(finding)}</ul>` : html`<p>Every run on record of these tests passed.</p>`}</section>
${runs.map(entry)}
<section id="sign-off"><h2>Sign-off</h2><p class="sign">${['Name', 'Role', 'Date'].map(blank)}</p><p class="sign">${blank('Remarks')}</p></section></main><footer>To check a file: <code>sha256sum FILE</code>. The journal (run.ndjson) holds everything that was seen; <code>pgdrill judge</code> judges it again.</footer>`,
  });
}
