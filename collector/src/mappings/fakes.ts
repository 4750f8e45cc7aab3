// For tests: mappings kept in memory.
import type { Mapping } from '../contract/mappings.ts';
import type { MappingRepository } from './repository.ts';

export function createMemoryMappings(): MappingRepository {
  let kept: Mapping[] = [];
  return {
    list: async () => kept,
    save: async (mappings) => {
      kept = [...kept.filter(({ id }) => !mappings.some((saved) => saved.id === id)), ...mappings];
    },
    delete: async (id) => {
      kept = kept.filter((mapping) => mapping.id !== id);
    },
  };
}
