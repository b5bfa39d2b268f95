// `npm run simulate:mutations`: installs what changed, then lets the simulation look for bugs that are
// put into the sources on purpose, one at a time.
import { install, runSource } from './prepare.mjs';

install();
runSource('packages/simulation/src/mutations/main.ts');
