-- A receipt is worked out again when a call is opened: writing it for every call was most of the time of a re-pricing.
ALTER TABLE repriced DROP COLUMN IF EXISTS receipt
