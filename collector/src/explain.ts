// `npm run explain -- <file>`: prints what the collector would make of an OTLP export or of one span, and why. `-` is stdin;
// a file that is gzipped is unpacked; what is not JSON is taken as protobuf. Exit code 1 when the file is neither.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ExplainAnswer, Explanation } from './contract/explain.ts';
import { explain } from './ingest/explain.ts';
import { OtlpError } from './ingest/otlp.ts';
import { priceReport } from './price-report.ts';

const SHOWN = 100;

function main(file: string | undefined): number {
  if (file === undefined) {
    process.stderr.write('usage: npm run explain -- <file with an OTLP export or a span, or - for stdin>\n');
    return 1;
  }
  try {
    const read = readFileSync(file === '-' ? 0 : file);
    const body = read[0] === 0x1f && read[1] === 0x8b ? gunzipSync(read) : read;
    const json = /^\s*\{/.test(body.subarray(0, 100).toString('latin1'));
    process.stdout.write(textOf(explain(body, json ? 'json' : 'protobuf', priceReport)));
    return 0;
  } catch (error) {
    if (!(error instanceof OtlpError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    process.stderr.write(`${file}: ${(error as Error).message}\n`);
    return 1;
  }
}

function textOf({ explanations, leftOut, refused }: ExplainAnswer): string {
  const parts = explanations.map(oneText);
  if (leftOut > 0) parts.push(`and ${leftOut} more, not shown`);
  for (const { what, reason } of refused) parts.push(`refused: ${what}: ${reason}`);
  return parts.length === 0 ? 'nothing in it\n' : `${parts.join('\n\n')}\n`;
}

function oneText(explanation: Explanation): string {
  const { what, name, scope, dialect, noCall, report, price, attributes, attributesLeftOut } = explanation;
  const lines = [`${what} ${name}${scope === '' ? '' : ` (scope ${scope})`}`];
  lines.push(`  read by: ${dialect ?? 'no dialect'}`);
  if (noCall !== null) lines.push(`  no call: ${noCall}`);
  if (report !== null) {
    lines.push('  a call:');
    lines.push(...fieldsOf(report).map((line) => `    ${line}`));
  }
  if (price !== null) {
    lines.push(`  cost: ${price.costUsd === null ? `unknown: ${price.unpricedReason}` : `${price.costUsd} USD`}`);
    for (const flag of price.flags) lines.push(`    ${flag}`);
  }
  if (attributes.length > 0) lines.push('  attributes:');
  for (const attribute of attributes) {
    const value = attribute.fate === 'content' ? '' : ` = ${shown(attribute.value)}`;
    const sets = attribute.sets.length > 0 ? `; sets ${attribute.sets.join(', ')}` : '';
    lines.push(`    ${attribute.name}${value}`, `      ${FATES[attribute.fate]}${sets}`);
  }
  if (attributesLeftOut > 0) lines.push(`    and ${attributesLeftOut} more`);
  return lines.join('\n');
}

const FATES = { kept: 'kept', content: 'dropped: may hold text', unknown: 'not kept: no name that is known' } as const;
/** What the report says, a line each; what it does not say is left out. */
function fieldsOf(report: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(report).flatMap(([field, value]) => {
    if (value === null) return [];
    if (typeof value === 'object' && !Array.isArray(value))
      return fieldsOf(value as Record<string, unknown>, `${prefix}${field}.`);
    return Array.isArray(value) && value.length === 0 ? [] : [`${prefix}${field}: ${shown(value)}`];
  });
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

process.exitCode = main(process.argv[2]);
