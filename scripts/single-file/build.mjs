// Makes the single executable file: Node.js with the compiled program in it.
//   node scripts/single-file/build.mjs [x64|arm64] [folder] [node]   default: this machine's architecture, dist/single
// The Node.js is that of the npm package node-linux-<arch>, so that the file of the other architecture can be made here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { inject } from 'postject';
import { filesOf } from './files.mjs';

const arch = process.argv[2] ?? process.arch;
const folder = process.argv[3] ?? join('dist', 'single');
const node = process.argv[4] ?? join('node_modules', `node-linux-${arch}`, 'bin', 'node');
if (!existsSync(node))
  fail(`expected a Node.js 24 for Linux on ${arch} at ${node}; name another as the third argument`);
if (!existsSync('dist/src/cli/main.js')) fail('expected the compiled program in dist: npm run build');

const files = await filesOf(build);
const head = JSON.stringify(files.map((file) => [file, readFileSync(file).length]));
const program = zstdCompressSync(Buffer.concat([Buffer.from(`${head}\0`), ...files.map((file) => readFileSync(file))]));
const key = createHash('sha256').update(program).digest('hex').slice(0, 12);

const work = mkdtempSync(join(tmpdir(), 'pgdrill-single-'));
try {
  writeFileSync(join(work, 'program'), program);
  writeFileSync(join(work, 'key'), key);
  writeFileSync(
    join(work, 'sea.json'),
    JSON.stringify({
      main: 'scripts/single-file/main.cjs',
      output: join(work, 'blob'),
      disableExperimentalSEAWarning: true,
      assets: { program: join(work, 'program'), key: join(work, 'key') },
    }),
  );
  const { status } = spawnSync(process.execPath, ['--experimental-sea-config', join(work, 'sea.json')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) fail('Node.js could not prepare the file; its reason is above');
  const target = join(folder, `pgdrill-linux-${arch}`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(node, target);
  chmodSync(target, 0o755);
  // Its library prints what it does not understand of the file, which is of no use to anybody.
  const { warn, log } = console;
  console.log = console.warn = () => {};
  await inject(target, 'NODE_SEA_BLOB', readFileSync(join(work, 'blob')), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  });
  Object.assign(console, { log, warn });
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `${target}: ${mb(readFileSync(target).length)}, of which the program ${mb(program.length)} in ${files.length} files`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

function fail(sentence) {
  console.error(`single file: ${sentence}`);
  process.exit(2);
}
