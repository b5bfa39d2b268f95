// `npm run crash`: installs and bundles what changed, then kills hosts with the arguments given.
import { bundle, install, runSource } from './prepare.mjs';

install();
await bundle();
runSource('apps/crash/src/main.ts');
