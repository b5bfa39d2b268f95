import type { Command } from '../command.ts';

export const fsckCommand: Command = {
  name: 'fsck',
  usage: '',
  summary: 'Check all that the store keeps, and say what would put it right. Changes nothing.',
  options: {
    database: {
      type: 'string',
      value: '<url>',
      help: "PostgreSQL; else DATABASE_URL, else the data folder's own",
    },
  },
  maxPositionals: 0,
  async run(context) {
    // A database's client and a store: no other command has to load them.
    const { runFsck } = await import('../fsck/run-fsck.ts');
    return runFsck(context);
  },
};
