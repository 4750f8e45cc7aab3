/**
 * Tags: what the application knows of a call and the API does not. `withTags` puts them around a piece of work; every
 * call made within carries them on its span, whoever made that span. They also travel as OpenTelemetry baggage to the
 * application's other services, whose own instrumentation reads them back.
 *
 * Baggage is a header, and headers go to whoever is called. The API must not learn user ids from it, so a call runs
 * in a context without them ({@link withoutTagBaggage}): neither the SDK's propagation nor an HTTP instrumentation
 * sends them to the API.
 */
import { context, propagation, type Baggage, type BaggageEntry, type Context } from '@opentelemetry/api';
import * as attribute from './attributes.ts';
import { guard } from './guard.ts';
import { state } from './state.ts';

export type TagValue = string | number | boolean;

export interface Tags {
  /** The part of the product the call is for. */
  readonly feature?: TagValue | null | undefined;
  readonly userId?: TagValue | null | undefined;
  /** Who is billed for the user: a tenant, an account. */
  readonly customerId?: TagValue | null | undefined;
  readonly promptVersion?: TagValue | null | undefined;
  readonly conversationId?: TagValue | null | undefined;
  readonly environment?: TagValue | null | undefined;
  readonly project?: TagValue | null | undefined;
  readonly workspace?: TagValue | null | undefined;
  /** Any other name becomes `spanledger.tag.<name>`. */
  readonly [name: string]: TagValue | null | undefined;
}

const ATTRIBUTE_OF: Readonly<Record<string, string>> = {
  feature: attribute.FEATURE,
  userId: attribute.USER_ID,
  customerId: attribute.CUSTOMER_ID,
  promptVersion: attribute.PROMPT_VERSION,
  conversationId: attribute.CONVERSATION_ID,
  environment: attribute.ENVIRONMENT,
  project: attribute.PROJECT,
  workspace: attribute.WORKSPACE,
};
const TAG_OF = new Map(Object.entries(ATTRIBUTE_OF).map(([tag, name]) => [name, tag]));

const attributeOf = (tag: string): string =>
  Object.hasOwn(ATTRIBUTE_OF, tag) ? (ATTRIBUTE_OF[tag] as string) : attribute.TAG + tag;

const tagOf = (name: string): string | undefined =>
  TAG_OF.get(name) ?? (name.startsWith(attribute.TAG) ? name.slice(attribute.TAG.length) : undefined);

/**
 * Runs `work` with `tags` and returns what it returns. Nested tags are merged, the inner ones winning; `null` takes an
 * outer tag away. Works with and without OpenTelemetry set up. Never throws by itself.
 */
export function withTags<T>(tags: Tags, work: () => T): T {
  const merged = guard(() => ({ ...state.tags.getStore(), ...tags })) ?? tags;
  const carried = guard(() => (state.settings.baggage === false ? undefined : withBaggage(context.active(), tags)));
  return state.tags.run(merged, () => (carried ? context.with(carried, work) : work()));
}

/** The tags that a call made now would carry: those of the settings, of incoming baggage, of `withTags`. */
export function currentTags(from: Context = context.active()): Tags {
  const { tags } = state.settings;
  const here = state.tags.getStore();
  const carried = guard(() => tagsFromBaggage(from));
  // Most often there is one kind of tags at the most, and nothing to merge.
  if (carried === undefined && tags === undefined) return here ?? NO_TAGS;
  return { ...tags, ...carried, ...here };
}

/** `tags` as span attributes. An empty string or null is no tag. */
export function tagAttributes(tags: Tags): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [tag, value] of Object.entries(tags)) {
    if (value != null && value !== '') attributes[attributeOf(tag)] = String(value);
  }
  return attributes;
}

function withBaggage(from: Context, tags: Tags): Context {
  let baggage: Baggage = propagation.getBaggage(from) ?? propagation.createBaggage();
  for (const [tag, value] of Object.entries(tags)) {
    const name = attributeOf(tag);
    baggage =
      value == null || value === '' ? baggage.removeEntry(name) : baggage.setEntry(name, { value: String(value) });
  }
  return propagation.setBaggage(from, baggage);
}

const NO_TAGS: Tags = Object.freeze({});

function tagsFromBaggage(from: Context): Tags | undefined {
  const baggage = state.settings.baggage === false ? undefined : propagation.getBaggage(from);
  if (baggage === undefined) return undefined;
  const tags: Record<string, TagValue> = {};
  for (const [name, entry] of baggage.getAllEntries()) {
    const tag = tagOf(name);
    if (tag !== undefined) tags[tag] = entry.value;
  }
  return tags;
}

/** `from` without the tags in its baggage. What else the application put there stays, as it would without us. */
export function withoutTagBaggage(from: Context): Context {
  const entries: [string, BaggageEntry][] | undefined = propagation.getBaggage(from)?.getAllEntries();
  if (entries === undefined) return from;
  const others = entries.filter(([name]) => tagOf(name) === undefined);
  if (others.length === entries.length) return from;
  if (others.length === 0) return propagation.deleteBaggage(from);
  return propagation.setBaggage(from, propagation.createBaggage(Object.fromEntries(others)));
}
