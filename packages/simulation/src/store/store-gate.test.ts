import { blobsConformance, recordsConformance, storeConformance } from '@dispatch/conformance';
import { memoryDatabase } from '@dispatch/conformance/fakes';
import { Incarnation } from '../host/incarnation.ts';
import { silentTrace } from '../world/trace.ts';
import { drawWeather } from '../world/weather.ts';
import { World } from '../world/world.ts';
import { createStoreGate } from './store-gate.ts';

/** A host's view of the store, on a day without faults: late, and in any order, but nothing is lost. */
function makeView() {
  const world = new World(1, silentTrace);
  const weather = drawWeather(world);
  world.heal();
  const gate = createStoreGate({
    world,
    weather: { ...weather, storeMs: 20 },
    incarnation: new Incarnation('a.1', (run) => world.after(0, run)),
    link: { isRequestCut: false, isAnswerCut: false },
    observe: () => undefined,
    crash: () => {},
  });
  let isRunning = false;
  const view = memoryDatabase(() => world.now()).view((method, args, run) => {
    const answered = gate(method, args, run);
    // A suite knows nothing of virtual time: it goes on as long as somebody waits.
    if (!isRunning) {
      isRunning = true;
      void world.timeline
        .run(() => false, Number.POSITIVE_INFINITY)
        .then(() => {
          isRunning = false;
        });
    }
    return answered;
  });
  return { ...view, advance: (ms: number) => world.timeline.skip(ms) };
}

storeConformance('simulated store', makeView);
recordsConformance('simulated store', makeView);
blobsConformance('simulated store', makeView);
