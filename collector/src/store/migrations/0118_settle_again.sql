-- Roll-ups from before lack the columns of 0115: their hours are read from the reports until they are settled again.
INSERT INTO dirty_hours SELECT hour, now64(6, 'UTC') FROM settled GROUP BY hour
