-- Which deploy of its service a call came from: `service.version` of the resource.
ALTER TABLE reports ADD COLUMN IF NOT EXISTS service_version LowCardinality(Nullable(String)) AFTER service
