// Which model's price card is missing, read from the sentence a receipt gives as its reason. Written beside `price.ts`,
// whose sentences these are: a test prices such calls and reads them here.

const SENTENCES: readonly RegExp[] = [
  /^No price is known for the model "(?<model>.+)"\.$/,
  /^No price of (?<model>\S+) is known at that time\.$/,
  /^No (?<kind>\w+) price of (?<model>\S+) was ever published\.$/,
  /^The own price of (?<model>\S+) has no (?<kind>\w+) rate\.$/,
];

/** The model whose price would price the call, and the one kind it lacks where only one is lacking; null when no card would help. */
export function lackingCard(unpricedReason: string): { model: string; kind: string | null } | null {
  for (const sentence of SENTENCES) {
    const { model, kind } = sentence.exec(unpricedReason)?.groups ?? {};
    if (model !== undefined) return { model, kind: kind ?? null };
  }
  return null;
}
