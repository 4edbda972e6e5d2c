// Makes the Helm chart whole: charts/pgdrill with the version of package.json, the shipped scenarios, and the rights that
// they need. The rights are those of the program itself, so that chart and `pgdrill manifests` grant the same.
//   node scripts/chart.mjs <folder>              writes <folder>/pgdrill
//   node scripts/chart.mjs <folder> --compiled   the same by the compiled program in dist, as the build does
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, compiled] = process.argv.slice(2);
const load = (module) => import(compiled ? `../dist/src/${module}.js` : `../src/${module}.ts`);
const { faultKinds, isFault } = await load('faults/index');
const { readCatalogue } = await load('project/catalogue');
const { version } = await load('project/version');
const { baseRights, faultRights, restoreRights } = await load('stacks/cluster/safety/rights');
const { clusterCapabilities } = await load('stacks/cluster/index');
const { profileOf } = await load('stacks/cluster/safety/profiles');
const { prometheusRuleSpec } = await load('manifests/alerts');
const { dashboard } = await load('manifests/dashboard');
const { farName, portable } = await load('manifests/plan');
const { admission } = await load('manifests/admission');
const { endpointRules, exchangesToken, identities } = await load('stacks/cluster/restore/identity');

const target = join(folder ?? fail('name the folder that the chart goes into'), 'pgdrill');
rmSync(target, { recursive: true, force: true });
cpSync('charts/pgdrill', target, { recursive: true });
const chart = readFileSync(join(target, 'Chart.yaml'), 'utf8');
writeFileSync(join(target, 'Chart.yaml'), chart.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`));

// The names of a release's Cluster and Secret stand where these words are.
const names = { cluster: '%cluster%', secret: '%secret%' };
const every = baseRights(names);
const { listed } = await readCatalogue('scenarios');
const rights = {
  every,
  restore: restoreRights('%restore%'),
  generators: baseRights({ ...names, generators: 1 }).slice(every.length),
  faults: Object.fromEntries(faultKinds.map((fault) => [fault, faultRights(fault, names)])),
  /** Those that a privileged pod on a node brings about. */
  nodeFaults: faultKinds.filter((fault) => profileOf([fault]) === 'node'),
  /** What a restored copy reaches to be given the account of a cloud. */
  identities: Object.fromEntries(
    identities.map((one) => [one, { rules: endpointRules(one), exchanges: exchangesToken(one) }]),
  ),
  scenarios: Object.fromEntries(
    listed.map(({ scenario: { name, needs } }) => [
      name,
      {
        faults: needs.filter(isFault),
        restores: needs.includes('restore'),
        possible: needs.every((need) => clusterCapabilities.has(need)),
      },
    ]),
  ),
};
mkdirSync(join(target, 'files', 'scenarios'), { recursive: true });
writeFileSync(join(target, 'files', 'rights.json'), `${JSON.stringify(rights, null, 1)}\n`);
// A number that nothing else in it is; the chart puts the value in its place.
const missed = 987_654_321;
const alerts = JSON.stringify(prometheusRuleSpec('%cluster%', missed), null, 1).replaceAll(
  String(missed),
  '%missedAfter%',
);
writeFileSync(join(target, 'files', 'alerts.json'), `${alerts}\n`);
writeFileSync(join(target, 'files', 'dashboard.json'), JSON.stringify(dashboard(), null, 1));
for (const { scenario, file } of listed)
  writeFileSync(join(target, 'files', 'scenarios', `${scenario.name}.ts`), portable(readFileSync(file, 'utf8')));
const account = { namespace: '%namespace%', cluster: '%cluster%', operatorNamespace: '%operator%', image: '%image%' };
const classes = { storageClasses: ['%classes%'] };
const chosen = { storeSecrets: ['%secrets%'], archiveAccount: '%archive%' };
const known = { cloudAccount: ['%cloud%'], scenarios: [{ needs: ['%faults%'] }] };
const policy = JSON.stringify(
  {
    objects: admission({ ...account, ...classes, ...chosen, ...known, restoreNamespace: '%restore%', admission: true }),
  },
  null,
  1,
);
// In a pattern a dot of the name has to be a dot.
const inPattern = policy.replaceAll('^%cluster%', '^%instances%').replaceAll(farName(account), '%far%');
writeFileSync(join(target, 'files', 'admission.json'), `${inPattern}\n`);
console.log(`${target}: pgdrill ${version}, ${listed.length} scenarios`);

function fail(sentence) {
  console.error(`chart: ${sentence}`);
  process.exit(3);
}
