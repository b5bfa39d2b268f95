// `npm start`: installs and bundles what changed, then runs the host with the arguments given.
import { bundle, install, runProgram } from './prepare.mjs';

install();
await bundle();
await runProgram('apps/host-bin/dist/main.js');
