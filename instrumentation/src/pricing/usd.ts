// Money as integers: 1 pico-USD = 1e-12 USD, so that the cheapest token with every modifier is still a whole number.
// Text to bigint and back, without a float in between.

const PICO_PLACES = 12;
export const PICO_PER_USD = 1_000_000_000_000n;

/** Rates and factors are few and read for every line of every call; other amounts may push them out. */
const read = new Map<string, bigint>();
const MOST_READ = 1000;

/** A plain decimal ("12", "-0.5", up to 12 places) as pico-USD. Throws a RangeError on any other text. */
export function parseUsd(text: string): bigint {
  const known = read.get(text);
  if (known !== undefined) return known;
  const pico = readUsd(text);
  if (read.size >= MOST_READ) read.clear();
  read.set(text, pico);
  return pico;
}

function readUsd(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new RangeError(`not a decimal USD amount with up to ${PICO_PLACES} places: ${text}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const pico = BigInt(whole) * PICO_PER_USD + BigInt(fraction.padEnd(PICO_PLACES, '0'));
  return sign === '-' ? -pico : pico;
}

/** Pico-USD as a decimal USD string with exactly 12 places ("0.020800000000"). */
export function formatPico(pico: bigint): string {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(PICO_PLACES + 1, '0');
  return `${pico < 0n ? '-' : ''}${digits.slice(0, -PICO_PLACES)}.${digits.slice(-PICO_PLACES)}`;
}
