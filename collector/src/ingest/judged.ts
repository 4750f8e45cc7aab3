// What is true of a name is worked out once: the names of attributes are few, and come with every call.

/** Names that are remembered; when so many have come, all are forgotten: whoever sends ever new ones costs no memory. */
const MOST_NAMES = 10_000;
const LONGEST_NAME = 200;

/** The same function, asked once for each name. */
export function judgedOnce<T>(judge: (name: string) => T): (name: string) => T {
  const judged = new Map<string, T>();
  return (name) => {
    const known = judged.get(name);
    if (known !== undefined) return known;
    const fresh = judge(name);
    if (name.length > LONGEST_NAME) return fresh;
    if (judged.size >= MOST_NAMES) judged.clear();
    judged.set(name, fresh);
    return fresh;
  };
}
