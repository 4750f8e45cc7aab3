// What has just come in, for whoever is listening: the pipeline tells, the live stream of the API passes on. Holds nothing.
export interface Live {
  /** Calls were made durable. */
  tell(calls: number): void;
  /** Hears of every batch of calls from now on, and of the end of it all; the answer ends it for this listener. */
  listen(listener: Listener): () => void;
  /** Nothing will be told any more: whoever listens may go. */
  end(): void;
}
interface Listener {
  hear(calls: number): void;
  ended(): void;
}

export function createLive(): Live {
  const listeners = new Set<Listener>();
  return {
    tell(calls) {
      for (const listener of listeners) listener.hear(calls);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    end() {
      for (const listener of listeners) listener.ended();
      listeners.clear();
    },
  };
}
