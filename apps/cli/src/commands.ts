import type { Command } from './command.ts';
import { abortCommand } from './commands/abort.ts';
import { approvalsCommand } from './commands/approvals.ts';
import { chatCommand } from './commands/chat.ts';
import { commandsCommand } from './commands/commands.ts';
import { computersCommand } from './commands/computers.ts';
import { fsckCommand } from './commands/fsck.ts';
import { logsCommand } from './commands/logs.ts';
import { lsCommand } from './commands/ls.ts';
import { queueCommand } from './commands/queue.ts';
import { rulesCommand } from './commands/rules.ts';
import { sendCommand } from './commands/send.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { tailCommand } from './commands/tail.ts';
import { workspacesCommand } from './commands/workspaces.ts';

/** In the order of the help. */
export const commands: readonly Command[] = [
  chatCommand,
  sendCommand,
  tailCommand,
  lsCommand,
  showCommand,
  statusCommand,
  abortCommand,
  queueCommand,
  approvalsCommand,
  rulesCommand,
  commandsCommand,
  workspacesCommand,
  computersCommand,
  logsCommand,
  fsckCommand,
];
