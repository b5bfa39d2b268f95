import type { CommandLine, SimpleCommand, Word } from './command-line.ts';
import { parseCommands, reservedWords } from './parse-commands.ts';
import {
  type Findings,
  maxCommandLength,
  maxCommands,
  maxDepth,
  Scanner,
  Unclear,
} from './scanner.ts';
import { unwrap } from './unwrap.ts';

/** How often what a command starts may start something in its turn. */
const maxWrapping = 8;

/**
 * What a POSIX shell, or bash, would be asked to do by this text. Never throws, and takes time in
 * proportion to the text's length. Where shells would read it differently it says so in `unclear`;
 * what was understood before stands in `commands` all the same.
 */
export function parseCommandLine(text: string): CommandLine {
  const findings: Findings = { commands: [], unclear: [] };
  if (text.length > maxCommandLength) {
    return { commands: [], unclear: [`it is longer than ${maxCommandLength} characters`] };
  }
  readScript(text, findings, 0, undefined);
  return findings;
}

function readScript(
  text: string,
  findings: Findings,
  level: number,
  within: string | undefined,
): void {
  const own: Findings = { commands: [], unclear: findings.unclear };
  try {
    parseCommands(new Scanner(text, own, 0, within), false);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    remark(findings, error.message);
  }
  for (const command of own.commands) addUnwrapped(command, findings, level);
}

/** The command, and what it starts itself. */
function addUnwrapped(command: SimpleCommand, findings: Findings, level: number): void {
  if (findings.commands.length >= maxCommands) {
    remark(findings, 'it has too many commands');
    return;
  }
  findings.commands.push(command);
  const { commands, scripts, unclear } = unwrap(command);
  for (const words of unclear) remark(findings, words);
  if (commands.length + scripts.length === 0) return;
  if (level >= maxWrapping) {
    remark(findings, 'it is nested too deeply');
    return;
  }
  const within = command.words[0]?.text ?? '';
  for (const words of commands) {
    if (reservedWords.has(words[0]?.text ?? ''))
      remark(findings, `what \`${within}\` runs is not known`);
    addUnwrapped(bareCommand(words, within), findings, level + 1);
  }
  for (const script of scripts) readScript(script, findings, level + 1, within);
}

function bareCommand(words: readonly Word[], within: string): SimpleCommand {
  return { assignments: [], words, redirections: [], within };
}

function remark({ unclear }: Findings, words: string): void {
  if (!unclear.includes(words) && unclear.length < maxDepth) unclear.push(words);
}
