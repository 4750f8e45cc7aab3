-- The own prices a re-pricing works with (JSON): with the price table, all that its receipts are worked out from.
ALTER TABLE repricings ADD COLUMN IF NOT EXISTS own_prices String DEFAULT '[]' AFTER prices_version
