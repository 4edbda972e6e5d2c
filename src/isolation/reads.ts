/** Anomalies that a read shows without any cycle: G1a, G1b, garbage, duplicates, orders that contradict each other. */
import type { Findings } from './finding.ts';
import { operation, transactionOutcomes } from './history.ts';
import { shortList } from './lists.ts';
import { abortedWriter, type History, initial, keyOfSlot, nobody, type ResolvedOddRead, slotFlag } from './versions.ts';

/** Adds what the reads of committed transactions show. */
export function checkReads(history: History, found: Findings): void {
  const { n, firstOp, kind, key, at, flags, writer } = history;
  const foreign = foreignSlots(history);
  const reported = new Set<number>();
  for (let t = 0; t < n; t++)
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
      if (kind[op] !== operation.read && kind[op] !== operation.ownRead) continue;
      const slot = at[op]!;
      const isUnfinished = (flags[slot]! & slotFlag.intermediate) > 0 && writer[slot]! >= 0 && writer[slot] !== t;
      const others = foreign.size > 0 ? foreign.get(key[op]!) : undefined;
      if (!isUnfinished && !others) continue;
      const bad = [...(isUnfinished ? [slot] : []), ...(others ?? []).filter((other) => other <= slot)];
      for (const version of bad) {
        if (!reported.has(version)) report(history, t, version, found);
        reported.add(version);
      }
    }
  for (const read of history.odd) checkOddRead(history, read, found);
}

/** Versions that no reader may see, by key: their element comes from a transaction that rolled back, or from none. */
function foreignSlots(history: History): Map<number, number[]> {
  const { writer, flags } = history;
  const foreign = new Map<number, number[]>();
  for (let slot = 0; slot < writer.length; slot++) {
    if (writer[slot]! >= 0 || writer[slot] === initial || (flags[slot]! & slotFlag.unused) > 0) continue;
    const key = keyOfSlot(history, slot);
    foreign.set(key, [...(foreign.get(key) ?? []), slot]);
  }
  return foreign;
}

function report(history: History, reader: number, slot: number, found: Findings): void {
  const writer = history.writer[slot]!;
  const element = history.element[slot]!;
  const key = history.keyNames[keyOfSlot(history, slot)]!;
  if (writer >= 0) addIntermediate(found, { reader, writer, key, element });
  else if (writer === nobody) addGarbage(found, { reader, key, element });
  else addAborted(found, { reader, writer: abortedWriter(writer), key, element });
}

interface Seen {
  readonly reader: number;
  readonly writer: number;
  readonly key: number;
  readonly element: number;
}
const addAborted = (found: Findings, { reader, writer, key, element }: Seen): void =>
  found.add({
    name: 'G1a',
    transactions: [writer, reader],
    dependencies: [{ from: writer, to: reader, type: 'wr', key, element }],
    text: `T${reader} read ${element} in key ${key}, which T${writer} had appended before it rolled back`,
  });
const addIntermediate = (found: Findings, { reader, writer, key, element }: Seen): void =>
  found.add({
    name: 'G1b',
    transactions: [writer, reader],
    dependencies: [{ from: writer, to: reader, type: 'wr', key, element }],
    text: `T${reader} read key ${key} up to ${element}, to which T${writer} appended more in the same transaction`,
  });
const addGarbage = (found: Findings, { reader, key, element }: Omit<Seen, 'writer'>): void =>
  found.add({
    name: 'garbage-read',
    transactions: [reader],
    dependencies: [],
    text: `T${reader} read ${element} in key ${key}, which no transaction appended`,
  });

const failed = transactionOutcomes.indexOf('failed');

function checkOddRead(history: History, read: ResolvedOddRead, found: Findings): void {
  const { transaction: reader, elements, writers } = read;
  const key = history.keyNames[read.key]!;
  const sound: number[] = [];
  const times = new Map<number, number>();
  elements.forEach((element, i) => {
    const writer = writers[i]!;
    times.set(element, (times.get(element) ?? 0) + 1);
    if (times.get(element)! > 1) return;
    if (writer === nobody) addGarbage(found, { reader, key, element });
    else if (history.outcome[writer] === failed) addAborted(found, { reader, writer, key, element });
    else sound.push(element);
  });
  const twice = [...times].filter(([, count]) => count > 1).map(([element]) => element);
  if (twice.length > 0) {
    const text = `T${reader} read ${shortList([...elements])} in key ${key}: ${twice.join(', ')} more than once`;
    found.add({ name: 'duplicate-elements', transactions: [reader], dependencies: [], text });
  }
  checkOrder(history, read, sound, found);
}

/** Compares what is sound of the odd read with what is sound of the key's version order. */
function checkOrder(history: History, read: ResolvedOddRead, sound: readonly number[], found: Findings): void {
  const { firstSlot, writer, element, seen } = history;
  const first = firstSlot[read.key]! + 1;
  let i = 0;
  for (let slot = first; slot < first + seen[read.key]! && i < sound.length; slot++) {
    if (writer[slot]! < 0) continue;
    if (element[slot] !== sound[i]) {
      addContradiction(history, read, slot, found);
      return;
    }
    i++;
  }
}

function addContradiction(history: History, read: ResolvedOddRead, slot: number, found: Findings): void {
  const { firstSlot, firstReader, readers, element, keyNames, seen } = history;
  const end = firstSlot[read.key]! + seen[read.key]!;
  let version = slot;
  while (version < end && firstReader[version] === firstReader[version + 1]) version++;
  const other = firstReader[version]! < firstReader[version + 1]! ? readers[firstReader[version]!] : undefined;
  const list = Array.from(element.subarray(firstSlot[read.key]! + 1, version + 1));
  const who = other === undefined ? 'another transaction' : `T${other}`;
  found.add({
    name: 'incompatible-order',
    transactions: other === undefined ? [read.transaction] : [other, read.transaction],
    dependencies: [],
    text: `T${read.transaction} read key ${keyNames[read.key]} as ${shortList([...read.elements])}, ${who} as ${shortList(list)}`,
  });
}
