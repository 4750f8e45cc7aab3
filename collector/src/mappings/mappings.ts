// The mappings in force: what a dialect did not find, an attribute of the company's own may say. Applied to each report as it
// comes in; calls that are stored already keep the tags they have.
import { randomBytes } from 'node:crypto';
import type { Report } from '../calls/report.ts';
import type { Mapping, MappingInput, MappingPreview, SeenAttributes } from '../contract/mappings.ts';
import type { Clock } from '../ports.ts';
import { labelOf, mayHoldText } from './label.ts';
import type { MappingRepository } from './repository.ts';
import { createSeenCalls, type Told } from './seen.ts';

/** What a mapping cannot be; `field` names the input at fault. */
export class MappingRefused extends Error {
  override readonly name = 'MappingRefused';
  readonly field: string;
  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
  }
}

export interface Mappings {
  list(): readonly Mapping[];
  /** Asked after all others. Throws MappingRefused. */
  add(input: MappingInput): Promise<Mapping>;
  /** At the place it had; null when there is none of this id. Throws MappingRefused. */
  replace(id: string, input: MappingInput): Promise<Mapping | null>;
  /** False when there is none of this id. */
  delete(id: string): Promise<boolean>;
  /** `ids` must be all of them. Throws MappingRefused. */
  reorder(ids: readonly string[]): Promise<readonly Mapping[]>;
  /** The report with the dimensions its dialect left unknown, as far as a mapping says them. Pure. */
  tag(report: Report, told: Told): Report;
  /** Remembers which attributes a call had. */
  see(told: Told): void;
  attributes(): SeenAttributes;
  preview(attribute: string, services: readonly string[]): MappingPreview;
  /** Takes up what another collector of the ledger changed. Throws StoreError. */
  refresh(): Promise<void>;
}

export async function openMappings({
  repository,
  clock,
}: {
  repository: MappingRepository;
  clock: Pick<Clock, 'now'>;
}): Promise<Mappings> {
  let mappings: readonly Mapping[] = await repository.list();
  const seen = createSeenCalls();
  for (const { attribute } of mappings) seen.ask(attribute);
  const since = new Date(clock.now()).toISOString();

  /** Changes made here since the start: what was read before one of them is not taken up. */
  let changes = 0;
  const use = (changed: readonly Mapping[]): void => {
    mappings = changed;
    changes++;
  };
  const refuse = (input: MappingInput, id: string | null): void => {
    if (mayHoldText(input.attribute)) {
      throw new MappingRefused('attribute', 'may hold text of a prompt or an answer, which no dimension may');
    }
    const services = [...input.services].toSorted().join('\n');
    const twin = mappings.find(
      (other) =>
        other.id !== id &&
        other.dimension === input.dimension &&
        other.attribute === input.attribute &&
        [...other.services].toSorted().join('\n') === services,
    );
    if (twin) throw new MappingRefused('attribute', `is mapped to ${twin.dimension} already`);
  };

  return {
    list: () => mappings,
    async add(input) {
      refuse(input, null);
      const mapping = {
        ...input,
        id: `map_${randomBytes(12).toString('hex')}`,
        createdAt: new Date(clock.now()).toISOString(),
      };
      // All positions anew: after deletions they have gaps, and a new one must come last.
      await repository.save([...mappings, mapping], 0);
      use([...mappings, mapping]);
      seen.ask(mapping.attribute);
      return mapping;
    },
    async replace(id, input) {
      const index = mappings.findIndex((mapping) => mapping.id === id);
      const before = mappings[index];
      if (before === undefined) return null;
      refuse(input, id);
      const mapping = { ...before, ...input };
      const changed = mappings.with(index, mapping);
      await repository.save(changed, 0);
      use(changed);
      seen.ask(mapping.attribute);
      return mapping;
    },
    async delete(id) {
      if (!mappings.some((mapping) => mapping.id === id)) return false;
      await repository.delete(id);
      use(mappings.filter((mapping) => mapping.id !== id));
      return true;
    },
    async reorder(ids) {
      const ordered = ids.map((id) => mappings.find((mapping) => mapping.id === id));
      const known = ordered.filter((mapping) => mapping !== undefined);
      if (new Set(known).size !== mappings.length || ids.length !== mappings.length) {
        throw new MappingRefused('ids', 'must be the ids of all mappings, each once');
      }
      await repository.save(known, 0);
      use(known);
      return mappings;
    },
    tag: (report, told) => tagged(report, told, mappings),
    see: (told) => seen.see(told),
    attributes: () => ({ since, ...seen.attributes() }),
    preview(attribute, services) {
      seen.ask(attribute);
      return { attribute, since, ...seen.preview(attribute, services) };
    },
    async refresh() {
      const before = changes;
      const fresh = await repository.list();
      if (changes !== before) return;
      mappings = fresh;
      for (const { attribute } of fresh) seen.ask(attribute);
    },
  };
}

function tagged(report: Report, { attributes, resource }: Told, mappings: readonly Mapping[]): Report {
  const service = resource['service.name'];
  let { tags } = report;
  for (const { dimension, attribute, services } of mappings) {
    if (tags[dimension] !== null) continue;
    if (services.length > 0 && !(typeof service === 'string' && services.includes(service))) continue;
    const label = labelOf(attributes[attribute]) ?? labelOf(resource[attribute]);
    if (label !== null) tags = { ...tags, [dimension]: label };
  }
  return tags === report.tags ? report : { ...report, tags };
}
