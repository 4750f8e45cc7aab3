// The store's port: what the stages may ask of ClickHouse, embedded or server. Values travel only as named parameters
// (`{name: Type}` in the text); whoever implements it turns every failure into one StoreError.

export type SqlParameters = Record<string, unknown>;

export interface Store {
  readonly storage: 'embedded' | 'server';
  /** Rows of a SELECT. Decimals come as strings, 64-bit integers as numbers (exact up to 2^53). */
  query<Row>(sql: string, parameters?: SqlParameters): Promise<Row[]>;
  /** Resolves when the rows are durable. Keys are column names. */
  insert(table: string, rows: readonly Record<string, unknown>[]): Promise<void>;
  /** A statement without an answer (DDL, INSERT ... SELECT). */
  command(sql: string, parameters?: SqlParameters): Promise<void>;
  close(): Promise<void>;
}

/** The store did not answer, or refused. `code` is stable; `cause` is what the driver said, for the log only. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'unavailable' | 'locked' | 'unwritable' | 'rejected';
  constructor(code: StoreError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
