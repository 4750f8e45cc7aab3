// The process's log: one line an event on stderr, facts as key=value; an error's cause is named, never a request's content.
import type { Log } from './ports.ts';

export function createLog(write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`)): Log {
  const at =
    (level: string) =>
    (message: string, facts: Record<string, unknown> = {}) => {
      const told = Object.entries(facts).map(([key, value]) => `${key}=${shown(value)}`);
      write([new Date().toISOString(), level, message, ...told].join(' '));
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function shown(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause instanceof Error ? ` (${value.cause.message.split('\n')[0]})` : '';
    return JSON.stringify(`${value.name}: ${value.message}${cause}`.slice(0, 500));
  }
  return JSON.stringify(value) ?? 'undefined';
}
