// A host of its own process that is there to be killed: starts the server of the folder it is given,
// says its process id, and stays.
import { setTimeout as wait } from 'node:timers/promises';
import { startPostgres } from '../start-postgres.ts';

const server = await startPostgres({
  dataDir: process.argv[2] ?? '',
  sleep: (ms) => wait(ms),
});
process.stdout.write(`${server.processId}\n`);
