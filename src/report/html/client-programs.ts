/** Real drivers beside the load: who came back and when, what went wrong, and the settings for those that got stuck. */
import type { Run } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { type Advice, adviceFor, inVain, stuckWords } from '../../measure/clients/advice.ts';
import { type ProgramResult, programResults } from '../../measure/clients/programs.ts';
import { counted } from '../../measure/measured.ts';
import { grouped, seconds } from '../text.ts';
import { fold } from './fold.ts';
import type { View } from './view.ts';

function returned({ back, returns }: ProgramResult): string {
  if (!back) return '–';
  const never = returns.filter(({ firstGoodUs }) => firstGoodUs === undefined).length;
  const last = Math.max(...returns.map(({ firstGoodUs }) => firstGoodUs ?? 0));
  const when = last > 0 ? `${seconds(Math.max(0, last - back.hi))} after the direct path` : '';
  return never > 0 ? `${never} of ${returns.length} never` : when;
}

const stuckOf = ({ returns }: ProgramResult): number => returns.filter(({ isStuck }) => isStuck).length;

function row({ citations }: View, program: ProgramResult): Markup {
  const { client, end, acknowledged, failed, unknown, wrongServer, prepared, duplicates } = program;
  const set = Object.entries(client.settings).map(([name, value]) => `${name}=${value}`);
  const lag = end
    ? `${seconds(end.lateP99Us)} late (99 %), ${((100 * end.cpuUs) / Math.max(1, end.wallUs)).toFixed(0)} % of a core`
    : 'no end';
  const about = html`<span class="means">${client.versions}; ${client.path}; ${set.join(', ') || 'defaults'}; ${lag}${end?.trouble && html`; <strong>${end.trouble}</strong>`}</span>`;
  return html`<tr><th scope="row">${client.name}${about}</th><td>${returned(program)}</td><td class="number">${stuckOf(program)} of ${client.workers}</td><td class="number">${grouped(acknowledged)}</td><td class="number">${grouped(failed)}</td><td class="number">${grouped(unknown)}</td><td class="number">${grouped(wrongServer.length)}</td><td class="number">${grouped(prepared.length)}</td><td class="number">${grouped(duplicates)} ${citations.cite([client.seq])}</td></tr>`;
}

const codeOf = (snippet: string): Markup =>
  snippet.includes('\n') ? html`<pre><code>${snippet}</code></pre>` : html`<code>${snippet}</code>.`;

function advised(name: string, { stuck, clients, error, ways }: Advice): Markup {
  const what = html`<strong>${name}</strong>: ${counted(clients, 'client')} ${stuckWords[stuck]} (last: ${error}).`;
  if (ways.length === 0) return html`<li>${what} We know no setting of this program that ends it.</li>`;
  const one = ({ snippet, trial, costs }: Advice['ways'][0], first: boolean): Markup =>
    html`<br>${first ? 'Set' : 'Or set'} ${codeOf(snippet)} Cost: ${costs}. To try it: <code>--client ${trial}</code>.`;
  return html`<li>${what}${ways.map((way, i) => one(way, i === 0))}${inVain[stuck] !== undefined && ` ${inVain[stuck]}`}</li>`;
}

const advice = (run: Run, program: ProgramResult): Markup[] =>
  adviceFor(run, program).map((one) => advised(program.client.name, one));

/** Nothing where no client program took part. */
export function clientPrograms(view: View): Markup | undefined {
  const programs = programResults(view.run);
  if (programs.length === 0) return undefined;
  const all = programs.flatMap((program) => advice(view.run, program));
  const stuck = programs.reduce((sum, program) => sum + stuckOf(program), 0);
  const table = html`<table><caption>Each program is a real driver with its pool, one request a worker at a time. Stuck: nothing acknowledged in the last 10 s of the load.</caption><thead><tr><th scope="col">program</th><th scope="col">last client back</th><th scope="col" class="number">stuck</th><th scope="col" class="number">acknowledged</th><th scope="col" class="number">failed</th><th scope="col" class="number">in doubt</th><th scope="col" class="number">to a standby</th><th scope="col" class="number">prepared</th><th scope="col" class="number">twice</th></tr></thead><tbody>${programs.map((program) => row(view, program))}</tbody></table>`;
  const says = `${counted(programs.length, 'program')}, ${stuck === 0 ? 'all came back' : `${counted(stuck, 'client')} stuck`}`;
  return fold({
    id: 'programs',
    title: 'Client programs',
    says,
    body: html`${table}${all.length > 0 && html`<ul>${all}</ul>`}`,
    onPaper: true,
  });
}
