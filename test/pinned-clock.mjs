// Loaded with `node --import` before a plain app: what the app takes for the time is what `pinClock` says, and goes on from
// there. So a call can be made on a day that is long past, with the prices of that day.
const RealDate = Date;
let aheadMs = 0;
const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
// OpenTelemetry takes a number below the time origin for a time since then, not for an instant.
Object.defineProperty(performance, 'timeOrigin', { value: 0 });

globalThis.pinClock = (instant) => {
  aheadMs = RealDate.parse(instant) - RealDate.now();
};
