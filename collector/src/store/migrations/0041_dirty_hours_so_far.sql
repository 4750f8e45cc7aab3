-- What came before there were roll-ups is not settled.
INSERT INTO dirty_hours SELECT toStartOfHour(started_at) AS hour, now64(6, 'UTC') FROM reports GROUP BY hour
