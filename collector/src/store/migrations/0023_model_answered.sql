-- `model` is the requested one where the answer named none; a price from it is flagged, so it must be known for pricing again.
ALTER TABLE reports ADD COLUMN IF NOT EXISTS model_answered Bool DEFAULT model IS NOT NULL AFTER model
