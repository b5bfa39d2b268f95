import { formatDuration } from '../duration.ts';
import { oneLine } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { LogNode, SpanNode } from './span-tree.ts';

/** The tree as lines: indented by depth, a span with its duration, a log with its level. */
export function describeTree(
  nodes: readonly (SpanNode | LogNode)[],
  style: Style,
  depth = 0,
): string[] {
  return nodes.flatMap((node) => {
    const indent = '  '.repeat(depth);
    const attributes = style.dim(describeAttributes(node.attributes));
    if ('level' in node) {
      return [`${indent}${levelOf(node, style)} ${oneLine(node.message, 300)}${attributes}`];
    }
    const time = depth === 0 ? `${new Date(node.startedAt).toISOString()} ` : '';
    const line = `${indent}${style.dim(time)}${style.bold(oneLine(node.name, 80))} ${endOf(node, style)}${attributes}`;
    return [line, ...describeTree(node.children, style, depth + 1)];
  });
}

function endOf({ durationMs, status }: SpanNode, style: Style): string {
  if (durationMs === undefined) return style.yellow('not closed');
  const duration = formatDuration(durationMs);
  return status === 'error' ? style.red(`${duration} error`) : style.green(duration);
}

function levelOf({ level }: LogNode, style: Style): string {
  if (level === 'error') return style.red(level);
  return level === 'warn' ? style.yellow(level) : style.dim(level);
}

function describeAttributes(attributes: SpanNode['attributes']): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}=${oneLine(String(value), 80)}`)
    .join('');
}
