/** The user's manifests that the drill ran on, and every change that was made to them. */
import { html, type Markup } from '../../markup.ts';
import type { View } from './view.ts';

/** Nothing where the drill ran on this tool's own manifests, or on a cluster that existed. */
export function manifests({ run, citations }: View): Markup | undefined {
  const found = run.stack?.manifests;
  if (!found) return undefined;
  const { files, cluster, pooler, changes } = found;
  const rows = changes.map(
    ({ object, place, field, from, to, why }) =>
      html`<tr><th scope="row">${object}${place && html` <span class="place">${place}</span>`}</th><td>${field || 'the object'}</td><td>${from ?? '–'}</td><td>${to ?? (field ? 'removed' : 'left out')}</td><td>${why}</td></tr>`,
  );
  const table =
    changes.length === 0
      ? html`<p>They were stood up as they are.</p>`
      : html`<table class="changes"><caption>What was changed to stand them up here, and why. Everything else is as in the files.</caption><thead><tr><th scope="col">object</th><th scope="col">field</th><th scope="col">in the files</th><th scope="col">in the drill</th><th scope="col">why</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section id="manifests"><h2>Your manifests</h2><p>The drill ran on the Cluster ${cluster} and the Pooler ${pooler} of ${files.join(', ')} ${citations.cite([run.stack!.seq])}.</p>${table}</section>`;
}
