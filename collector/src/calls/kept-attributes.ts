// The attributes a report is kept with. What an emitter says of a call is mostly what the report's own columns say: ids, names, the
// usage. Such an attribute is kept as the name of the column that holds the same text, and read back from there: random ids
// and counts are most of what a call takes on disk, and stand there once.

/** Columns that an attribute may be read back from: texts that stay as they were stored. */
export const TOLD_COLUMNS = [
  'message_id', 'request_id', 'raw_usage', 'model', 'request_model', 'user_id', 'customer', 'conversation_id', 'feature',
  'prompt_version', 'environment', 'service', 'stop_reason', 'batch_id', 'custom_id',
] as const; // prettier-ignore
export type ToldColumns = Readonly<Partial<Record<(typeof TOLD_COLUMNS)[number], string | null>>>;

export interface KeptAttributes {
  /** What no column says. */
  rest: Record<string, unknown>;
  /** Attribute -> the column that holds its value. */
  told: Record<string, string>;
}

export function keepAttributes(attributes: Readonly<Record<string, unknown>>, columns: ToldColumns): KeptAttributes {
  const columnOf = new Map<unknown, string>();
  for (const column of TOLD_COLUMNS) {
    const value = columns[column];
    if (value != null && value !== '' && !columnOf.has(value)) columnOf.set(value, column);
  }
  // Without a prototype: an attribute may be called `__proto__`.
  const rest: Record<string, unknown> = Object.create(null);
  const told: Record<string, string> = Object.create(null);
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    const column = columnOf.get(value);
    if (column === undefined) rest[name] = value;
    else told[name] = column;
  }
  return { rest, told };
}

/** All of them, those that a column tells last. */
export function restoreAttributes({ rest, told }: KeptAttributes, columns: ToldColumns): Record<string, unknown> {
  const values: Readonly<Record<string, string | null>> = columns;
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(told).map(([name, column]) => [name, values[column] ?? null])),
  };
}
