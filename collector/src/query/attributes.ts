// A report's attributes as they were sent, read back from where they are kept.
import { restoreAttributes, TOLD_COLUMNS, type KeptAttributes, type ToldColumns } from '../calls/kept-attributes.ts';

/** Of a row of `reports`; for {@link attributesOf}. */
export const REPORT_ATTRIBUTES = `concat('[', attributes, ',', attributes_told, ',', toJSONString(map(${TOLD_COLUMNS.map((column) => `'${column}', toString(${column})`).join(', ')})), ']')`;
/** Of a row of `spans`, which has them all in one. */
export const SPAN_ATTRIBUTES = `concat('[', attributes, ',{},{}]')`;
export const NO_ATTRIBUTES = '[{},{},{}]';

export function attributesOf(text: string): Record<string, unknown> {
  const [rest, told, columns] = JSON.parse(text) as [KeptAttributes['rest'], KeptAttributes['told'], ToldColumns];
  return restoreAttributes({ rest, told }, columns);
}
