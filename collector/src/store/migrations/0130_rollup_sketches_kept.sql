-- Hours whose reports are gone cannot be settled again: their sums come from the roll-up they have.
INSERT INTO rollup_sketches (hour, version, feature, model, prompt_version, environment, service, calls, errors, priced, cost, saving_calls, savings,
    cache_priced, cache_read_cost, cache_write_5m_cost, cache_write_1h_cost, input, cache_write_5m, cache_write_1h, cache_read, output, thinking, searches, retried, output_told, thinking_told, searches_told, retries_told)
SELECT hour, version, feature, model, prompt_version, environment, service, sum(calls), sum(errors), sum(priced), sum(cost), sum(saving_calls), sum(savings),
    sum(cache_priced), sum(cache_read_cost), sum(cache_write_5m_cost), sum(cache_write_1h_cost), sum(input), sum(cache_write_5m), sum(cache_write_1h), sum(cache_read), sum(output), sum(thinking), sum(searches), sum(retried), sum(output_told), sum(thinking_told), sum(searches_told), sum(retries_told)
FROM rollup
WHERE hour <= (SELECT max(before) FROM dropped WHERE kind = 'reports') AND (SELECT sum(calls) FROM rollup_sketches) = 0
GROUP BY hour, version, feature, model, prompt_version, environment, service
