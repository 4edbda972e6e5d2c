import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { EventOf } from '../../journal/event.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import { renderHtml } from './index.ts';

type Change = NonNullable<EventOf<'stack'>['manifests']>['changes'][number];

/** The report of a run on manifests with these changes. */
async function rendered(changes?: readonly Change[]) {
  const run = await synthetic().run();
  const manifests = changes && { files: ['db/'], cluster: 'orders', pooler: 'orders-pooler', changes: [...changes] };
  const page = { ...run, stack: run.stack && { ...run.stack, ...(manifests && { manifests }) } };
  return renderHtml(page, judge(page));
}

describe('the section on a user’s manifests', () => {
  it('lists every change with its place, both values and the reason, escaped', async () => {
    const change = {
      object: 'Cluster orders',
      place: 'db/cluster.yaml:4',
      field: 'spec.storage.storageClass',
      from: 'gp3<b>',
      to: 'local-path',
      why: 'the drill has one storage class',
    };
    const page = await rendered([change]);
    expect(page).to.include('id="manifests"').and.include('db/cluster.yaml:4').and.include('gp3&lt;b&gt;');
    expect(page).to.include('<td>local-path</td>').and.include('the drill has one storage class');
  });

  it('says of an object that was left out that it was', async () => {
    const change = { object: 'Deployment api', place: 'db/api.yaml:1', field: '', from: 'present', why: 'not needed' };
    expect(await rendered([change])).to.include('<td>left out</td>');
  });

  it('says that nothing was changed', async () => {
    expect(await rendered([])).to.include('stood up as they are');
  });

  it('is absent where the drill ran on its own manifests', async () => {
    expect(await rendered()).not.to.include('id="manifests"');
  });
});
