/**
 * What any stack must do, as a mocha suite that runs against the real one. A stack's end-to-end test calls
 * `describeStack` and adds what is its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { after, before, describe, it } from 'mocha';
import { contractOf, type FaultKind, isFault } from '../faults/index.ts';
import type { Instance, UndoRecord } from '../faults/target.ts';
import type { Endpoint } from '../load/endpoint.ts';
import { ReplicationProbe } from '../run/replication.ts';
import { openUndoStore } from '../safety/undo.ts';
import { type Topology, topologySchema } from '../scenario/topology.ts';
import { canBeTried, healsElsewhere, parametersOf, targetOf } from './contract-trials.ts';
import type { OpenStack, Seen, Stack } from './stack.ts';

export interface ContractOptions {
  /** How long after a heal every instance must stream again. */
  readonly settleMs: number;
  /** Whether two of it fit on a test machine. */
  readonly sideBySide: boolean;
  /** Moments at which an opening is aborted, ms after its start. */
  readonly abortAfterMs: readonly number[];
  /** How long after an abort nothing may be left, ms; 5 s unless the stack is of slower stuff. */
  readonly abortWithinMs?: number;
  /** Adds tests of the stack's own; `open` gives the stack that is open while they run. */
  readonly own?: (open: () => OpenStack) => void;
}

const child = fileURLToPath(new URL('./contract-child.ts', import.meta.url));
const topology: Topology = topologySchema.parse({});

/** States the contract for one stack; skipped with the reason where it cannot run here. */
export function describeStack(stack: Stack, options: ContractOptions): void {
  describe(`the stack ${stack.kind}`, function () {
    this.timeout(600_000);
    let folder: string;

    before(async function () {
      const why = await stack.unavailable();
      if (why) {
        console.log(`    skipped: ${why}`);
        this.skip();
      }
      folder = await mkdtemp(join(tmpdir(), 'pgdrill-contract-'));
    });
    after(async () => {
      if (folder) await rm(folder, { recursive: true });
    });

    const openOne = (signal: AbortSignal = new AbortController().signal): Promise<OpenStack> =>
      stack.open({ topology, folder, signal, progress: () => {} });

    describe('while it is open', () => {
      let open: OpenStack;
      before(async () => {
        open = await openOne();
      });
      after(async () => {
        if (!open) return;
        await open[Symbol.asyncDispose]();
        expect((await stack.residue(open.id)).found).to.deep.equal([]);
      });

      it('has as many instances as the topology says, and one of them is the primary', async () => {
        const instances = await open.instances();
        expect(instances).to.have.length(topology.instances);
        const roles = await Promise.all(instances.map((instance) => isPrimary(open, instance)));
        expect(roles.filter((primary) => primary)).to.have.length(1);
        expect(instances[roles.indexOf(true)]?.name).to.equal((await open.primary()).name);
      });

      it('reports versions and settings, and poolers that have endpoints', () => {
        expect(open.facts.versions).to.include.keys('postgresql', 'pgbouncer');
        expect(open.facts.settings).to.include.keys('pgbouncer.server_login_retry');
        expect(open.endpoints().map(({ name }) => name)).to.include.members([
          'direct',
          'readonly',
          ...open.facts.poolers,
        ]);
      });

      it('is reached by its clients: writes by direct and every pooler arrive on the primary, reads on a standby', async () => {
        const primary = (await open.primary()).address;
        for (const endpoint of open.endpoints()) {
          const [row] = await query(
            open,
            endpoint,
            'select host(inet_server_addr()) as server, pg_is_in_recovery() as standby',
          );
          if (endpoint.name === 'readonly') expect(row?.standby, endpoint.name).to.equal('t');
          else expect(row?.server, endpoint.name).to.equal(primary);
        }
      });

      it('keeps what was written through a pooler on the primary', async () => {
        const pooler = open.endpoints().find(({ name }) => open.facts.poolers.includes(name))!;
        await query(open, pooler, 'create table contract (written int)');
        await query(open, pooler, 'insert into contract values (42)');
        const client = await open.connect(await open.primary());
        const { rows } = await client.query('select written from contract').finally(() => client.end());
        expect(rows).to.deep.equal([{ written: 42 }]);
      });

      it('has no residue as it stands', async () => {
        expect((await open.residue()).found).to.deep.equal([]);
      });

      it('sees a change of the primary through two observers', async function () {
        if (!stack.capabilities.has('switchover')) this.skip();
        const seen: Extract<Seen, { kind: 'role' }>[] = [];
        const old = await open.primary();
        await using _observing = await open.observe((what) => {
          if (what.kind === 'role') seen.push(what);
        });
        const active = await open.inject('switchover', old, async () => {});
        const sawNew = (observer: string, role: string) =>
          seen.some((what) => what.observer === observer && what.role === role && what.instance !== old.name);
        await soon(
          'sql and platform to see the new primary',
          60_000,
          async () => sawNew('sql', 'primary') && sawNew('platform', 'elected'),
        );
        await active.heal();
        await allStream(open, options.settleMs);
      });

      it('takes other settings while it is up, reports what is in force, and goes back to its own', async function () {
        if (!open.configure) this.skip();
        const of = (name: string) => open.facts.settings[`pgbouncer.${name}`];
        const own = of('server_login_retry');
        await open.configure({ server_login_retry: '7' });
        expect(of('server_login_retry')).to.equal('7 s');
        const paths = open.endpoints().filter(({ name }) => name !== 'readonly');
        for (const endpoint of paths) expect(await query(open, endpoint, 'select 1 as one')).to.have.length(1);
        await open.configure({});
        expect(of('server_login_retry')).to.equal(own);
      });

      for (const fault of [...stack.capabilities].filter(isFault).filter(canBeTried)) describeFault(fault);

      const anotherThan = (name: string) =>
        soon(`another primary than ${name}`, 60_000, async () => {
          // Between the two there is none.
          const now = await open.primary().catch(() => undefined);
          return now !== undefined && now.name !== name;
        });

      function describeFault(fault: FaultKind): void {
        it(`${fault}: undo is on disk first, it takes effect, is healed, and leaves nothing`, async () => {
          await allStream(open, options.settleMs);
          const target = await targetOf(open, fault);
          const runFolder = join(folder, fault);
          const undos = await openUndoStore(runFolder);
          const records: UndoRecord[] = [];
          const undo = async (record: UndoRecord) => {
            // A caller that waits for the record to be on disk must find the system whole until then.
            expect(await isPrimary(open, await open.primary()), 'broken before its undo was written').to.equal(true);
            await undos.write(record);
            records.push(record);
          };
          const active = await open.inject(fault, target, undo, parametersOf(fault));
          expect(records).to.have.length(1);
          expect(await readdir(join(runFolder, 'undo'))).to.have.length(1);
          expect(active.proof).to.be.a('string').with.length.above(10);
          expect(active.injected.beforeNs <= active.injected.afterNs).to.equal(true);
          expect(active.effective.afterNs >= active.injected.afterNs).to.equal(true);
          expect(await active.heal())
            .to.be.a('string')
            .with.length.above(10);
          await undos.remove(records[0]!);
          // It counts from its acceptance on, so everyone may still stream from the primary that is about to go.
          if (contractOf(fault)?.noticedAs === 'request') await anotherThan(target.name);
          await allStream(open, options.settleMs);
          expect((await open.residue()).found).to.deep.equal([]);
          expect(await readdir(join(runFolder, 'undo'))).to.deep.equal([]);
        });
      }

      for (const fault of [...stack.capabilities].filter(isFault).filter(healsElsewhere))
        it(`${fault} is healed from another process with the undo record alone, twice without harm`, async () => {
          await allStream(open, options.settleMs);
          let record: UndoRecord | undefined;
          const undo = async (written: UndoRecord) => void (record = written);
          await open.inject(fault, await targetOf(open, fault), undo, parametersOf(fault));
          for (let i = 0; i < 2; i++) await runChild(['heal', JSON.stringify(record)]);
          await allStream(open, options.settleMs);
          expect((await open.residue()).found).to.deep.equal([]);
        });

      options.own?.(() => open);

      it('opens beside another of its kind, and closing one leaves the other alone', async function () {
        if (!options.sideBySide) this.skip();
        const other = await openOne();
        const [primary, otherPrimary] = [await open.primary(), await other.primary()];
        expect(primary.address).to.not.equal(otherPrimary.address);
        await other[Symbol.asyncDispose]();
        expect((await stack.residue(other.id)).found).to.deep.equal([]);
        expect(await isPrimary(open, await open.primary())).to.equal(true);
      });
    });

    it('leaves nothing behind and says so quickly when it is aborted while it opens', async () => {
      for (const delayMs of options.abortAfterMs) {
        const controller = new AbortController();
        const before = (await stack.residue()).found;
        const opening = openOne(controller.signal);
        await sleep(delayMs);
        const abortedAt = performance.now();
        controller.abort(new Error('aborted by the test'));
        const error = await opening.then(
          () => undefined,
          (reason: Error) => reason,
        );
        expect(error?.message, `aborted after ${delayMs} ms`).to.equal('aborted by the test');
        expect(performance.now() - abortedAt, `aborted after ${delayMs} ms`).to.be.below(
          options.abortWithinMs ?? 5_000,
        );
        expect((await stack.residue()).found).to.deep.equal(before);
      }
    });

    it('is found abandoned and removed after its opener was killed', async () => {
      const opener = spawn(process.execPath, [child, 'open', stack.kind, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(opener.stdout, 'data')) as [Buffer];
      const id = JSON.parse(line.toString()) as string;
      expect(await stack.abandoned(), 'while its opener lives').to.not.include(id);
      opener.kill('SIGKILL');
      await once(opener, 'close');
      expect(await stack.abandoned()).to.include(id);
      await stack.remove(id);
      expect((await stack.residue(id)).found).to.deep.equal([]);
      expect(await stack.abandoned()).to.not.include(id);
    });
  });
}

async function isPrimary(open: OpenStack, instance: Instance): Promise<boolean> {
  const client = await open.connect(instance);
  try {
    return (await client.query('select pg_is_in_recovery() as standby')).rows[0].standby === false;
  } finally {
    await client.end();
  }
}

async function allStream(open: OpenStack, withinMs: number): Promise<void> {
  await using probe = new ReplicationProbe(open);
  await soon('every instance to stream', withinMs, async () =>
    (await probe.look()).every(({ streaming }) => streaming),
  );
}

async function soon(what: string, withinMs: number, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1_000} s for ${what}, without success`);
    await sleep(200);
  }
}

/** Asks an endpoint from where the clients live; all values come as text. */
async function query(open: OpenStack, endpoint: Endpoint, sql: string): Promise<Record<string, string>[]> {
  const [program, ...argv] = open.clientArgv([process.execPath, child, 'query', JSON.stringify(endpoint), sql]);
  const { stdout } = await execa(program!, argv);
  return JSON.parse(stdout) as Record<string, string>[];
}

async function runChild(argv: readonly string[]): Promise<void> {
  await execa(process.execPath, [child, ...argv]);
}
