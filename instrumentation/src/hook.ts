/**
 * Getting at the SDK's class as it loads, in every copy, ESM or CommonJS: one line is appended to the file that defines
 * the client's base class, and hands the class over. No namespace is proxied and nothing is exported anew.
 *
 * Node 22.15 and later have one synchronous hook for `import` and `require`; on Node 20 there are two, of which the one
 * for `import` runs on a thread of its own and is therefore given as source text.
 */
import Module, { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guard } from './guard.ts';
import { state } from './state.ts';

const FILE = /[\\/]@anthropic-ai[\\/]sdk[\\/](?:client|core)\.m?js$/;
/**
 * 0.30 to 0.49 define `APIClient` in core, later versions `BaseAnthropic` in client. What fails in this line is swallowed:
 * it runs inside the SDK's own module, which must load whatever becomes of the tracing.
 */
const LINE =
  "\n;try{globalThis[Symbol.for('@spanledger/instrumentation')]?.onClass?.(typeof BaseAnthropic==='function'?BaseAnthropic:typeof APIClient==='function'?APIClient:undefined)}catch{}\n";

type Loaded = { format?: string | null | undefined; source?: unknown };
type Hooks = { load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded };
const modules = Module as unknown as {
  registerHooks?: (hooks: Hooks) => void;
  register?: (specifier: string) => void;
  prototype: { _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown };
};

const textOf = (source: unknown): string =>
  typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');

/** Installs the hooks, once per process whatever the number of copies of this package. */
export function hookLoader(onClass: (constructor: unknown) => void): void {
  state.onClass ??= onClass;
  if (state.hooked) return;
  state.hooked = true;
  if (typeof modules.registerHooks === 'function') hookBoth(modules.registerHooks);
  else {
    hookRequire();
    hookImport();
  }
}

function hookBoth(registerHooks: NonNullable<typeof modules.registerHooks>): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (loaded.source == null || !FILE.test(url)) return loaded;
      return guard(() => ({ ...loaded, source: textOf(loaded.source) + LINE })) ?? loaded;
    },
  });
}

function hookRequire(): void {
  const compile = modules.prototype._compile;
  modules.prototype._compile = function (content, filename, ...rest) {
    return compile.call(
      this,
      typeof content === 'string' && FILE.test(filename) ? content + LINE : content,
      filename,
      ...rest,
    );
  };
}

function hookImport(): void {
  const source = `
    const FILE = ${String(FILE)};
    const LINE = ${JSON.stringify(LINE)};
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      if (loaded.format !== 'module' || loaded.source == null || !FILE.test(url)) return loaded;
      return { ...loaded, source: (typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source).toString('utf8')) + LINE };
    }`;
  modules.register?.(`data:text/javascript,${encodeURIComponent(source)}`);
}

/** Hands over the classes of copies that were required before the hooks were there. */
export function patchRequired(onClass: (constructor: unknown) => void): void {
  const cache = createRequire(import.meta.url).cache;
  for (const [file, module] of Object.entries(cache)) {
    if (!FILE.test(file)) continue;
    guard(() => {
      const exported = module?.exports as { BaseAnthropic?: unknown; APIClient?: unknown };
      onClass(exported.BaseAnthropic ?? exported.APIClient);
    });
  }
}

/**
 * Hands over the class of the application's own copy when it is, or will be, imported by the same `import` graph that
 * imports us: its source was then read before our hooks were there. Node has no list of imported modules, so the copy
 * is looked up from the application's entry and imported; that is the very module the application gets.
 */
export async function patchImported(onClass: (constructor: unknown) => void): Promise<void> {
  for (const base of [process.argv[1], join(process.cwd(), 'package.json')]) {
    const file = guard(() => (base ? sdkFrom(base) : undefined));
    if (!file) continue;
    try {
      const sdk = (await import(pathToFileURL(file).href)) as { default?: unknown };
      onClass(sdk.default);
    } catch {
      // No SDK to patch is no reason to fail.
    }
    return;
  }
}

function sdkFrom(base: string): string | undefined {
  try {
    const file = join(dirname(createRequire(pathToFileURL(base)).resolve('@anthropic-ai/sdk')), 'index.mjs');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
