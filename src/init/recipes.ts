/** The recipes for CI that `pgdrill init` writes. They run what is installed: its command, its own action. */
import { posix } from 'node:path';
import type { Manager, Surroundings } from './surroundings.ts';

export interface Recipe {
  /** As seen from the root of the repository. */
  readonly file: string;
  readonly text: string;
}

/** Third-party actions by commit, so that a moved tag changes nothing. */
const actions = {
  checkout: 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2',
  setupNode: 'actions/setup-node@53b83947a5a98c8d113130e565377fae1a50d02f # v6.3.0',
} as const;

type Place = Pick<Surroundings, 'within' | 'manager' | 'lockFile' | 'installed'> & {
  /** Folders of manifests to check, as seen from the root of the repository. */
  readonly manifests?: readonly string[];
};

/** The command that installs exactly what the lock file says, or without one what package.json allows. */
function install(manager: Manager, locked: boolean): string {
  if (manager === 'npm') return locked ? 'npm ci' : 'npm install';
  const enable = 'corepack enable';
  return manager === 'pnpm' ? `${enable} && pnpm install --frozen-lockfile` : `${enable} && yarn install --immutable`;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');

/** Where the lock file is, dependencies are installed: in a workspace that is above the folder. */
const installFolder = ({ within, lockFile }: Place): string =>
  lockFile === undefined ? within : lockFile.split('/').slice(0, -1).join('/');

/** The installed package as seen from the root of the repository. */
function packageFolder({ within, installed = 'node_modules/pgdrill' }: Place): string {
  const steps = within === '' ? [] : within.split('/');
  for (const part of installed.split('/')) {
    if (part === '..') steps.pop();
    else if (part !== '.') steps.push(part);
  }
  return steps.join('/');
}

/** The folders of manifests as seen from the folder that the gate runs in. */
export const seenFrom = (within: string, manifests: readonly string[]): string[] =>
  manifests.map((folder) => (within === '' ? folder : posix.relative(within, folder) || '.'));
const manifestsFrom = ({ within, manifests = [] }: Place): string => seenFrom(within, manifests).join(' ');

/** GitHub and GitLab read this pattern alike. */
const anyBelow = (folder: string): string => (folder === '.' ? '**/*.yaml' : `${folder}/**/*`);

export function githubRecipe(place: Place): Recipe {
  const { within, manager, lockFile, manifests = [] } = place;
  const from = installFolder(place);
  const paths = [
    joined(within, 'pgdrill.config.yaml'),
    joined(within, 'scenarios/**'),
    lockFile ?? joined(within, 'package.json'),
    ...manifests.map(anyBelow),
    githubFile,
  ];
  return {
    file: githubFile,
    text: `# Failover drills as a gate. The lab of the installed pgdrill runs on the hosted runner itself.
name: failover drills
on:
  pull_request:
    paths: [${paths.map((path) => `"${path}"`).join(', ')}]
  schedule:
    - cron: "17 3 1 * *"
  workflow_dispatch:

permissions:
  contents: read

concurrency: pgdrill-\${{ github.ref }}

jobs:
  gate:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    steps:
      - uses: ${actions.checkout}
      - uses: ${actions.setupNode}
        with: { node-version: 24 }
      - run: ${install(manager, lockFile !== undefined)}${from === '' ? '' : `\n        working-directory: ${from}`}
      - uses: ./${packageFolder(place)}
        with:
          scenarios: first-drill${line('manifests', manifestsFrom(place))}${line('working-directory', within)}
`,
  };
}

const line = (input: string, value: string): string => (value === '' ? '' : `\n          ${input}: ${value}`);

const githubFile = '.github/workflows/pgdrill.yml';

export function gitlabRecipe(place: Place): Recipe {
  const { within, manager, lockFile, manifests = [] } = place;
  const from = installFolder(place);
  const steps = [from === '' ? '' : `cd ${from}`, install(manager, lockFile !== undefined)]
    .filter(Boolean)
    .join(' && ');
  const changes = [
    joined(within, 'pgdrill.config.yaml'),
    joined(within, 'scenarios/**/*'),
    lockFile ?? joined(within, 'package.json'),
    ...manifests.map(anyBelow),
  ];
  const checked = manifestsFrom(place);
  const reports = joined(within, 'reports');
  return {
    file: '.gitlab/ci/pgdrill.yml',
    text: `# Failover drills as a gate. The lab needs root and network namespaces: with the Docker executor the runner has to be
# privileged; give it the tag \`privileged\`. A shell runner as root needs nothing more.
failover-drills:
  stage: test
  image: node:24-trixie
  tags: [privileged]
  timeout: 1 hour
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      changes: [${changes.map((path) => `"${path}"`).join(', ')}]
  cache:
    key: pgdrill-lab
    paths: [.pgdrill-cache/]
  before_script:
    - (${steps})
    - ${packageFolder(place)}/scripts/ci/setup.sh
  script:
    - ${within === '' ? '' : `cd ${within} && `}$CI_PROJECT_DIR/${packageFolder(place)}/scripts/ci/gate.sh
  variables:
    PGDRILL_CI_SCENARIOS: first-drill${checked === '' ? '' : `\n    PGDRILL_CI_MANIFESTS: ${checked}`}
    PGDRILL_LAB_ARCHIVE: $CI_PROJECT_DIR/.pgdrill-cache/lab.tar.gz
  artifacts:
    when: always
    expire_in: 13 months
    paths: [${reports}/]
    reports:
      junit: ${reports}/gate/junit.xml
`,
  };
}

/** What makes GitLab read the recipe, for a repository without a pipeline of its own. */
export const gitlabInclude = 'include:\n  - local: .gitlab/ci/pgdrill.yml\n';
