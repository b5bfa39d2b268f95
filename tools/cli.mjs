// `npm run dispatch`: installs and bundles what changed, then runs the command line client.
import { bundle, install, runProgram } from './prepare.mjs';

install();
await bundle();
await runProgram('apps/cli/dist/main.js');
