/** For commands that read a long journal and end. */
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the room of young objects as small as it is when a program starts. V8 lets it grow to three times 16 MB; a journal
 * is read into a few arrays of numbers, which need none of it. Old objects are collected when the heap has grown by half:
 * else 35 MB of garbage lie beside the columns of ten million writes.
 */
export const keepHeapSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
};
