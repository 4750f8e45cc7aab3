-- As rollup_by.
ALTER TABLE rollup_by_days
    ADD COLUMN IF NOT EXISTS server_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64) AFTER outside_sketch,
    ADD COLUMN IF NOT EXISTS speed_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), Float64) AFTER server_sketch
