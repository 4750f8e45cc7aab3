/**
 * `require('@spanledger/instrumentation/register')`: as `register.ts`, without its wait for an imported SDK, which
 * `require` cannot make. What was required before is patched, what is loaded later is patched as it loads.
 */
import { instrument } from './anthropic/patch.ts';
import { guard } from './guard.ts';
import { hookLoader, patchRequired } from './hook.ts';
import { ensureProvider } from './provider.ts';
import { state } from './state.ts';

guard(() => {
  const patch = (constructor: unknown) => {
    if (constructor) instrument(constructor);
  };
  state.ensureProvider ??= ensureProvider;
  hookLoader(patch);
  patchRequired(patch);
});
