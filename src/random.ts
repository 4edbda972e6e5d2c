/** Random numbers from a seed. */

/**
 * Uniform numbers in [0, 1), the same for the same seed: the generator sfc32 (Chris Doty-Humphrey, PractRand), 32 bits
 * a number, warmed up as its author advises.
 */
export function randomFrom(seed: number): () => number {
  let a = seed | 0;
  let b = (seed / 2 ** 32) | 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
