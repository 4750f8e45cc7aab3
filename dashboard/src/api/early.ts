// Questions that are asked before the app is there, and their answers until the app takes them: so that it does not ask again what
// it has been shown already.
const answers = new Map<string, Promise<Response>>();
let askedAt = 0;

/** Asks at an instant, which the app is to ask about as well. The answer is for looking at: the app reads it for itself. */
export async function askEarly(path: string, now: number): Promise<unknown> {
  askedAt = now;
  const asked = fetch(path, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  answers.set(path, asked);
  const answer = await asked;
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return await answer.clone().json();
}

/** The answer to this question if it was asked early; once. */
export function takeEarly(path: string): Promise<Response> | undefined {
  const answer = answers.get(path);
  answers.delete(path);
  return answer;
}

/** The instant of the early questions while their answers wait to be taken, milliseconds since the epoch; else undefined. */
export const earlyInstant = (): number | undefined => (answers.size > 0 ? askedAt : undefined);
