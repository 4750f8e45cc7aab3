// USD between its two exact forms: a decimal string on the wire, a bigint of pico-USD (10^-12) inside.

/** "100.00" -> 100000000000000n. Throws RangeError when it is not a plain decimal with at most 12 places. */
export function parseUsd(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new RangeError(`not an amount of USD: ${text}`);
  const [, sign, whole = '0', places = ''] = match;
  const pico = BigInt(whole + places.padEnd(12, '0'));
  return sign === '-' ? -pico : pico;
}

/** 20800000000n -> "0.020800000000". */
export function formatUsd(pico: bigint): string {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(13, '0');
  return `${pico < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
