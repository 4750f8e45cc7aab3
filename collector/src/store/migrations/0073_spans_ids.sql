ALTER TABLE spans
    MODIFY COLUMN trace_id String CODEC(ZSTD(1)),
    MODIFY COLUMN span_id String CODEC(ZSTD(1)),
    MODIFY COLUMN parent_span_id Nullable(String) CODEC(ZSTD(1)),
    MODIFY COLUMN call_key Nullable(String) CODEC(ZSTD(1))
