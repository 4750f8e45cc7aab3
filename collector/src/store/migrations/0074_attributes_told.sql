-- Attributes of a report that a column of it says word for word: name -> column, JSON. The rest is in `attributes`.
ALTER TABLE reports
    ADD COLUMN IF NOT EXISTS attributes_told LowCardinality(String) DEFAULT '{}' AFTER attributes
