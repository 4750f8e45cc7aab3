// What attributes the last calls had: names of all, values only of those that somebody asked about, from then on. In memory
// only, and bounded; nothing of it is written. Values are labels (label.ts), so that no prompt can be among them, and they are
// not kept for all names, since among those is whatever a company put on its spans.
import type { SeenAttributes, MappingPreview } from '../contract/mappings.ts';
import { fateOf } from '../ingest/content.ts';
import type { Attributes } from '../ingest/otlp.ts';
import { judgedOnce } from '../ingest/judged.ts';
import { labelOf, mayHoldText } from './label.ts';

const CALLS = 1_000;
const NAMES_A_CALL = 200;
const ASKED = 50;
const VALUES_SHOWN = 50;
const NAMES_SHOWN = 500;
/** A name is a name, not a sentence. */
const NAME = /^[\w.\-/:@]{1,200}$/;
const mayBeShown = judgedOnce((name) => NAME.test(name) && !mayHoldText(name));
/** Calls of one emitter have the same names: so many sets of names are held once for all calls that have them. */
const SETS_OF_NAMES = 100;

/** What a call was told by. */
export interface Told {
  attributes: Attributes;
  resource: Attributes;
}

type Names = ReadonlyMap<string, 'call' | 'resource'>;
interface SeenCall {
  service: string | null;
  names: Names;
  /** Asked-about name -> its label; null when its value is none. */
  labels: ReadonlyMap<string, string | null>;
}

export interface SeenCalls {
  see(told: Told): void;
  /** From now on the values of this name are looked at. */
  ask(name: string): void;
  attributes(): Pick<SeenAttributes, 'calls' | 'attributes'>;
  preview(
    name: string,
    services: readonly string[],
  ): Pick<MappingPreview, 'calls' | 'callsWithIt' | 'callsRead' | 'callsUnusable' | 'values' | 'services'>;
}

export function createSeenCalls(): SeenCalls {
  const ring: SeenCall[] = [];
  let next = 0;
  const asked = new Set<string>();
  const sets = new Map<string, Names>();
  const namesIn = (attributes: Attributes, resource: Attributes): Names => {
    const [call, around] = [shownNames(attributes), shownNames(resource)];
    // No name that is shown has a space in it.
    const key = `${call.join(' ')}  ${around.join(' ')}`;
    const known = sets.get(key);
    if (known !== undefined) return known;
    const names = namesOf(call, around);
    if (sets.size >= SETS_OF_NAMES) sets.clear();
    sets.set(key, names);
    return names;
  };

  return {
    see({ attributes, resource }) {
      const names = namesIn(attributes, resource);
      const labels = new Map<string, string | null>();
      for (const name of asked) {
        if (names.has(name)) labels.set(name, labelOf(attributes[name]) ?? labelOf(resource[name]));
      }
      const service = resource['service.name'];
      ring[next] = { service: typeof service === 'string' ? service : null, names, labels };
      next = (next + 1) % CALLS;
    },
    ask(name) {
      asked.delete(name);
      asked.add(name);
      if (asked.size > ASKED) asked.delete([...asked][0] ?? '');
    },
    attributes() {
      const counts = new Map<string, SeenAttributes['attributes'][number]>();
      for (const { names } of ring) {
        for (const [name, on] of names) {
          const known = fateOf(name) === 'kept';
          const entry = counts.get(name) ?? { name, calls: 0, on, known };
          counts.set(name, { ...entry, calls: entry.calls + 1 });
        }
      }
      const attributes = [...counts.values()].toSorted(
        (one, other) =>
          Number(one.known) - Number(other.known) || other.calls - one.calls || one.name.localeCompare(other.name),
      );
      return { calls: ring.length, attributes: attributes.slice(0, NAMES_SHOWN) };
    },
    preview(name, services) {
      const having = ring.filter(({ names }) => names.has(name));
      const wanted = having.filter(
        ({ service }) => services.length === 0 || (service !== null && services.includes(service)),
      );
      const read = wanted.filter(({ labels }) => labels.has(name)).map(({ labels }) => labels.get(name) ?? null);
      const values = tally(read.filter((label) => label !== null)).map(([value, calls]) => ({ value, calls }));
      return {
        calls: ring.length,
        callsWithIt: wanted.length,
        callsRead: read.length,
        callsUnusable: read.filter((label) => label === null).length,
        values: values.slice(0, VALUES_SHOWN),
        services: tally(having.map(({ service }) => service)).map(([service, calls]) => ({ service, calls })),
      };
    },
  };
}

const shownNames = (attributes: Attributes): string[] =>
  Object.keys(attributes).filter(mayBeShown).slice(0, NAMES_A_CALL);

function namesOf(call: readonly string[], resource: readonly string[]): Names {
  const names = new Map<string, 'call' | 'resource'>();
  for (const name of call) names.set(name, 'call');
  for (const name of resource) if (names.size < NAMES_A_CALL && !names.has(name)) names.set(name, 'resource');
  return names;
}

/** Most frequent first. */
function tally<T extends string | null>(items: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].toSorted((one, other) => other[1] - one[1] || String(one[0]).localeCompare(String(other[0])));
}
