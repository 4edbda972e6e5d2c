/** The contract of stacks, on k3s with the real CloudNativePG. `npm run test:k3s`; skipped with the reason elsewhere. */
import { describeStack } from '../contract.ts';
import { k3sStack } from './index.ts';

describeStack(k3sStack, {
  // A pod that was deleted is made anew, and a node that was killed takes a while to be Ready.
  settleMs: 180_000,
  sideBySide: false,
  // While nodes start, while they import images, and with the API up.
  abortAfterMs: [500, 15_000, 70_000],
  // Docker takes its time to remove nodes that hold gigabytes of images.
  abortWithinMs: 60_000,
});
