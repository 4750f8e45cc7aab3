// Whether the bars of the spend are money or tokens.
import { SegmentedControl } from '@mantine/core';

export function StackChoice({ inTokens, onChange }: { inTokens: boolean; onChange: (inTokens: boolean) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="What is stacked"
      value={inTokens ? 'tokens' : 'cost'}
      onChange={(next) => onChange(next === 'tokens')}
      data={[
        { value: 'cost', label: 'Cost' },
        { value: 'tokens', label: 'Tokens by kind' },
      ]}
    />
  );
}
