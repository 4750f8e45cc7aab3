/**
 * The one line in the user's app: `import '@spanledger/instrumentation/register'`, or with no line at all
 * `node --import @spanledger/instrumentation/register app.js`. Every Claude call is then a span that goes to the
 * collector. Nothing is loaded or started until the Claude SDK is.
 */
import './register-require.ts';
import { instrument } from './anthropic/patch.ts';
import { patchImported } from './hook.ts';

// With --import the hooks are there before the application's first module: there is nothing to catch up with.
const preloaded = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`;
if (!/--import[= ]\S*(spanledger|instrumentation)\S*register/.test(preloaded)) await patchImported(instrument);
