-- The version of the price book that a report was priced with. Reports kept before this column have their receipt written out.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS prices LowCardinality(String) DEFAULT '' AFTER unpriced_reason
