// Loaded with `node --import` before a collector: its day is the one that SPANLEDGER_LOOK_AT says.
import '../pinned-clock.mjs';

globalThis.pinClock(process.env.SPANLEDGER_LOOK_AT);
