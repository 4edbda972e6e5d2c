// Sets up whatever a drill (`drill`) or the tests (`test`) need and this machine lacks; quick where nothing is missing.
// Plain JavaScript for Node.js ≥ 18 without any dependency, because it is what installs the dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const purpose = process.argv[2] === 'test' ? 'test' : 'drill';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

/** What a program needs of the machine: program → Debian package. */
const forDrills = {
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
};
const forTests = { chromium: 'chromium' };

if (major(process.version) < 18)
  fail(`expected Node.js 18 or newer, but this is ${process.versions.node}: install a newer one and try again.`);
installNodePackages();
const live = process.platform === 'linux' && process.getuid?.() === 0;
if (purpose === 'test') {
  if (live) {
    installDebianPackages({ ...forDrills, ...forTests });
    run('node_modules/.bin/node', ['src/cli/main.ts', 'prepare']);
  } else say('not root on Linux: tests that need a lab will be skipped');
} else if (live && process.env.PGDRILL_LAB_PLACE !== 'docker') {
  // The drill prepares the rest, or runs in Docker where this machine turns out to be none for a lab.
  installDebianPackages(forDrills);
}

function installNodePackages() {
  const stamp = join('node_modules', '.pgdrill-lock');
  const digest = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  demandWritable();
  say('npm packages into node_modules (about 180 MB, with a Node.js 24 of their own; to remove: rm -r node_modules)');
  // Not `npm ci`: it refuses a lock file without the optional packages of other systems, and this one may lack some.
  // No scripts: the only one is this package's own, which compiles what only its users need.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
  linkNode();
  if (!existsSync(join('node_modules', '.bin', 'node')) && major(process.version) < 24)
    fail(
      `pgdrill needs Node.js 24 or newer; npm has none for ${process.platform}/${process.arch} and this machine has ${process.version}. Install Node.js 24 and try again.`,
    );
  writeFileSync(stamp, digest);
}

/** npm 9, which Debian 12 has, removes this link together with the Node.js of the other architecture. */
function linkNode() {
  const brought = join('..', `node-linux-${process.arch}`, 'bin', 'node');
  const link = join('node_modules', '.bin', 'node');
  if (existsSync(join('node_modules', '.bin', brought)) && !existsSync(link)) symlinkSync(brought, link);
}

function demandWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch (error) {
    fail(
      `the checkout ${root} cannot be written to (${error.code}), and npm packages go into its node_modules: clone it into a folder of your own and start there.`,
    );
  }
}

function installDebianPackages(needed) {
  const lacking = Object.entries(needed).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  // Elsewhere than on Debian, what its archive is verified with.
  if (!existsSync('/usr/share/keyrings/debian-archive-keyring.gpg')) lacking.push('debian-archive-keyring');
  const missing = [...new Set(lacking)];
  if (missing.length === 0) return;
  if (!onPath('apt-get')) {
    const packages = `the Debian packages ${missing.join(', ')}`;
    if (purpose === 'test')
      fail(`the tests need ${packages}, and there is no apt-get: install them by hand and try again.`);
    say(`the lab needs ${packages} on this machine, and there is no apt-get: without them it runs in Docker`);
    return;
  }
  say(
    `Debian packages: ${missing.join(' ')} and what they depend on (to remove: apt-get purge --autoremove ${missing.join(' ')})`,
  );
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };
  run('apt-get', ['update', '-qq'], environment);
  run('apt-get', ['install', '-y', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', ...missing], environment);
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0)
    fail(
      `"${command} ${args.slice(0, 2).join(' ')} …" ended with code ${status}; what it printed is above. Mend that and start again: what is done is kept.`,
    );
}

function major(version) {
  return Number(version.slice(1).split('.')[0]);
}

function say(text) {
  console.log(`[set-up] ${text}`);
}

function fail(text) {
  console.error(`pgdrill: ${text}`);
  process.exit(2);
}
