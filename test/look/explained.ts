// What the page that explains a span says: of one that is a priced call, of an export in which a call has no price, another span is none
// and a third is refused, and of a text that is no export.
import type { Page } from 'playwright-core';
import { type PageToLookAt, standsStill } from './pages.ts';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const count = (key: string, intValue: number) => ({ key, value: { intValue: String(intValue) } });
const SCOPE = { name: 'com.anthropic.sdk.typescript' };
const call = (model: string, ids: object = {}) => ({
  ...ids,
  name: 'anthropic.messages.create',
  kind: 3,
  status: { code: 1 },
  attributes: [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.request.model', model),
    text('gen_ai.response.model', model),
    count('gen_ai.usage.input_tokens', 12_400),
    count('gen_ai.usage.cache_read.input_tokens', 11_000),
    count('gen_ai.usage.output_tokens', 800),
    text('anthropic.message.stop_reason', 'end_turn'),
    text('spanledger.feature', 'support-chat'),
    text('gen_ai.input.messages', '[{"role":"user"}]'),
    text('acme.build', '7.60.0'),
  ],
});
const at = (spanId: string) => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId,
  startTimeUnixNano: '1795188600000000000',
  endTimeUnixNano: '1795188602400000000',
});
const EXPORT = {
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'acme-web')] },
      scopeSpans: [
        {
          scope: SCOPE,
          spans: [
            call('claude-nova-9', at('eee19b7ec3c1b174')),
            {
              ...at('eee19b7ec3c1b175'),
              name: 'invoke_agent',
              attributes: [text('gen_ai.operation.name', 'invoke_agent')],
            },
            call('claude-opus-5-5', at('no span id')),
          ],
        },
      ],
    },
  ],
};

const explain = (body: string) => async (page: Page) => {
  await page.getByLabel('A span or an OTLP export as JSON').fill(body);
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.locator('[data-testid="explanation"], [role="alert"]').first().waitFor();
  await standsStill(page);
};
const json = (value: unknown) => JSON.stringify(value, null, 2);
const path = () => '/explain';

export const EXPLAINED: readonly PageToLookAt[] = [
  { name: 'explain-priced', path, act: explain(json({ ...call('claude-opus-5-5'), scope: SCOPE })) },
  { name: 'explain-unpriced', path, act: explain(json(EXPORT)) },
  // The browser says of a refusal that it was one.
  { name: 'explain-wrong', path, act: explain('{ "name": "anthropic.messages'), expected: /Failed to load resource/ },
];
