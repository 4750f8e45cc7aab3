/**
 * What an application imports: tags for its calls, and the functions for applications that own their OpenTelemetry
 * set-up. The one-liner is `@spanledger/instrumentation/register`; prices are in `@spanledger/instrumentation/pricing`.
 */
import { instrument } from './anthropic/patch.ts';
import { guard } from './guard.ts';
import { hookLoader, patchRequired } from './hook.ts';
import { settle, type Settings } from './state.ts';

export { instrument, uninstrument } from './anthropic/patch.ts';
export { resultsDelivered } from './anthropic/batch-results.ts';
export { endOpenCalls, type Attempt } from './anthropic/call.ts';
export { currentTags, withTags, type Tags, type TagValue } from './tags.ts';
export type { Settings } from './state.ts';
export * as attributes from './attributes.ts';

/**
 * For applications that own their OpenTelemetry set-up: patches the SDK that was required already and every copy that
 * is loaded from now on. Adds no provider and no exporter; the spans go to the provider that is there. A copy that
 * was imported (ESM) or bundled before needs {@link instrument}. Never throws.
 */
export function registerSpanledger(settings: Settings = {}): void {
  guard(() => {
    settle(settings);
    const patch = (constructor: unknown) => {
      if (constructor) instrument(constructor);
    };
    hookLoader(patch);
    patchRequired(patch);
  });
}
