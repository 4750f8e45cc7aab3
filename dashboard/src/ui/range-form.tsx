// A filter over a number: from, to, or both.
import { Button, Group, TextInput } from '@mantine/core';
import { type RangedField, readRange } from '@spanledger/collector/contract';
import { type FormEvent, useState } from 'react';

/** How the ends are typed, and what one of them is in what the API counts in. */
const UNITS: Record<RangedField, { words: string; perUnit: number; example: string }> = {
  costUsd: { words: 'USD', perUnit: 1, example: '0.05' },
  durationMs: { words: 'seconds', perUnit: 1000, example: '10' },
  ttftMs: { words: 'seconds', perUnit: 1000, example: '1.5' },
  promptTokens: { words: 'tokens', perUnit: 1, example: '4000' },
  outputTokens: { words: 'tokens', perUnit: 1, example: '1000' },
};

export function RangeForm({ field, onPick }: { field: RangedField; onPick: (value: string) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { words, example } = UNITS[field];
  const text = `${inApiUnits(field, from)}..${inApiUnits(field, to)}`;
  const range = readRange(field, text);
  const untouched = from.trim() === '' && to.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!('wrong' in range)) onPick(text);
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" grow align="start">
        <TextInput
          size="xs"
          label={`At least, ${words}`}
          placeholder={example}
          inputMode="decimal"
          value={from}
          data-autofocus
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={`Less than, ${words}`}
          inputMode="decimal"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
      {!untouched && 'wrong' in range && (
        <p className="small is-bad" role="alert">
          {from.trim() !== '' && to.trim() !== '' && Number(from) >= Number(to)
            ? 'The first must be less than the second.'
            : `Numbers, in ${words}, such as ${example}.`}
        </p>
      )}
      <Button type="submit" size="xs" mt="xs" fullWidth disabled={'wrong' in range}>
        Show these calls
      </Button>
    </form>
  );
}

/** As it is written where the API counts in the same unit, so that money keeps its places. */
function inApiUnits(field: RangedField, typed: string): string {
  const text = typed.trim();
  const { perUnit } = UNITS[field];
  if (text === '' || perUnit === 1) return text;
  const value = Number(text) * perUnit;
  return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : text;
}
