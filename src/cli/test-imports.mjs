// For a test only: prints every module that the program loads.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) console.log(`loaded ${url}`);
    return next(url, context);
  },
});
