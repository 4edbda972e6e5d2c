/** How long `pgdrill check` takes on many manifests, and how much memory: both must grow with their number only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figure } from './benchmark.ts';

/** Four objects a file, as a namespace with a database and one application has them. */
const manifests = (n: number): string => `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: pg-${n}
  namespace: team-${n}
spec:
  instances: 3
  storage:
    size: 20Gi
  postgresql:
    parameters:
      max_connections: "200"
    synchronous:
      method: any
      number: 1
  plugins:
    - name: barman-cloud.cloudnative-pg.io
      isWALArchiver: true
      parameters:
        barmanObjectName: store
---
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata:
  name: pool-${n}
  namespace: team-${n}
spec:
  cluster:
    name: pg-${n}
  instances: 2
  pgbouncer:
    poolMode: transaction
---
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata:
  name: daily-${n}
  namespace: team-${n}
spec:
  schedule: "0 2 * * *"
  cluster:
    name: pg-${n}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-${n}
  namespace: team-${n}
data:
  DATABASE_URL: postgresql://app@pg-${n}-rw:5432/app
`;

export const check: Benchmark = {
  name: 'check',
  measures:
    'wall time and peak memory of `pgdrill check` on 500 and 1,000 files of four objects each, in a new process',
  unavailable: async () => undefined,
  run: async () => {
    // Fills the cache below.
    await measured(1);
    const half = await measured(500);
    const whole = await measured(1000);
    return [
      { name: '1,000 files, 4,000 objects', value: whole.seconds, unit: 's', atMost: 3 },
      { name: 'their peak memory', value: whole.megabytes, unit: 'MB', atMost: 200 },
      { name: '500 files', value: half.seconds, unit: 's' },
      // Startup makes twice the files cost less than twice the time; the square would cost four times.
      { name: 'twice the files cost', value: whole.seconds / half.seconds, unit: 'times', atMost: 2.2 },
      { name: 'findings', value: whole.findings, unit: '' },
    ] satisfies Figure[];
  },
};

async function measured(files: number): Promise<{ seconds: number; megabytes: number; findings: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-bench-check-'));
  try {
    for (let n = 0; n < files; n++) {
      if (n % 50 === 0) await mkdir(join(folder, `group-${n / 50}`));
      await writeFile(join(folder, `group-${Math.floor(n / 50)}`, `${n}.yaml`), manifests(n));
    }
    return await runOn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs the program and reads its own account of its memory. */
async function runOn(folder: string): Promise<{ seconds: number; megabytes: number; findings: number }> {
  const account = 'process.stderr.write("peak " + process.resourceUsage().maxRSS)';
  const hook = `data:text/javascript,process.on("exit",()=>${account})`;
  // From this cache Node.js loads what it compiled before. Without it the entry is TypeScript, and the program that strips its
  // types, which the package has no need of, takes 20 MB.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'pgdrill-bench-compiled') };
  const startedNs = process.hrtime.bigint();
  const child = spawn(process.execPath, ['--import', hook, 'src/cli/main.ts', 'check', folder], { stdio: 'pipe', env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  await once(child, 'close');
  const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
  const kibibytes = Number(/peak (\d+)/.exec(err)?.[1]);
  return { seconds, megabytes: (kibibytes * 1024) / 1e6, findings: out.match(/^\S+:\d+:\d+: /gm)?.length ?? 0 };
}
