// Runs tests for Stryker by mocha 12, whose parts its own runner does not find any more. Files of tests are loaded once a
// process; for each mutant only the tests that reach it are run again.
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';
import { specOf } from './groups.mjs';

const context = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
const statuses = { passed: TestStatus.Success, failed: TestStatus.Failed, pending: TestStatus.Skipped };

class Mocha12 {
  #mocha;
  #coverPerTest = false;
  #loaded = false;
  #tests = [];

  /** A module cannot be loaded a second time. */
  async capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const note = (test, status, failureMessage = '') => {
      const { file, duration = 0 } = test;
      const facts = { id: test.fullTitle(), name: test.fullTitle(), timeSpentMs: duration, fileName: file };
      this.#tests.push({ ...facts, status: statuses[status], ...(status === 'failed' && { failureMessage }) });
    };
    // Mocha takes a function as a reporter.
    function Reporter(runner) {
      runner.on('pass', (test) => note(test, 'passed'));
      runner.on('fail', (test, error) => note(test, 'failed', String(error?.message ?? error)));
      runner.on('pending', (test) => note(test, 'pending'));
    }
    this.#mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: Reporter });
    this.#mocha.cleanReferencesAfterRun(false);
    for (const file of await specOf(process.env.PGDRILL_MUTANTS)) this.#mocha.addFile(file);
    const before = (test) => {
      if (this.#coverPerTest) context.currentTestId = test?.fullTitle();
    };
    this.#mocha.suite.beforeEach(function each() {
      before(this.currentTest);
    });
  }

  async dryRun({ coverageAnalysis, disableBail }) {
    this.#coverPerTest = coverageAnalysis === 'perTest';
    const result = await this.#run(disableBail);
    this.#coverPerTest = false;
    if (result.status !== DryRunStatus.Complete || coverageAnalysis === 'off') return result;
    return { ...result, mutantCoverage: context.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, mutantActivation }) {
    context.hitLimit = hitLimit;
    context.hitCount = hitLimit ? 0 : undefined;
    const escaped = (testFilter ?? []).map((id) => `(^${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$)`);
    this.#mocha.grep(testFilter ? new RegExp(escaped.join('|')) : /.*/);
    return toMutantRunResult(await this.#run(disableBail, activeMutant.id, mutantActivation));
  }

  async #run(disableBail, mutant, activation) {
    this.#tests = [];
    bail(!disableBail, this.#mocha.suite);
    try {
      if (!this.#loaded) {
        context.activeMutant = activation === 'static' ? mutant : undefined;
        await this.#mocha.loadFilesAsync();
        this.#loaded = true;
      }
      context.activeMutant = mutant;
      await new Promise((resolve) => this.#mocha.run(resolve));
      const timeout = determineHitLimitReached(context.hitCount, context.hitLimit);
      return timeout ?? { status: DryRunStatus.Complete, tests: this.#tests };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
  }

  async dispose() {
    // A test that a mutant keeps waiting is still running: its process is ended anyway.
    try {
      this.#mocha?.dispose();
    } catch {}
  }
}

function bail(on, suite) {
  suite.bail(on);
  for (const inner of suite.suites) bail(on, inner);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha-12', Mocha12)];
