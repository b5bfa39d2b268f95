import { loggerTo, runOurs } from './measures/our-turn.ts';
let sum = 0;
const loggers = { noop: loggerTo(() => {}), json: loggerTo((r) => { sum += JSON.stringify(r).length; }) };
for (const [name, logger] of Object.entries(loggers).slice(0, 1)) {
  for (let i = 0; i < 20; i++) await runOurs({ deltas: 20, steps: 1000, logger });
  for (const steps of [50, 800, 5000]) {
    const t: number[] = [];
    for (let i = 0; i < (steps === 5000 ? 20 : 15); i++) { const s = performance.now(); await runOurs({ deltas: 20, steps, logger }); t.push((performance.now() - s) / steps); }
    t.sort((a, b) => a - b); console.log(name, steps, 'median', t[t.length >> 1]!.toFixed(4), 'min', t[0]!.toFixed(4));
  }
}
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
await runOurs({ deltas: 20, steps: 5000, logger: loggers.noop, onDone: () => { globalThis.gc?.(); console.log('held KiB/step', ((process.memoryUsage().heapUsed - before) / 1024 / 5000).toFixed(2)); } });
