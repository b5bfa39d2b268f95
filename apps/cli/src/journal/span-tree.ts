import type { JournalRecord } from '@dispatch/wire';

type Open = Extract<JournalRecord, { type: 'span-open' }>;
type Close = Extract<JournalRecord, { type: 'span-close' }>;
type Log = Extract<JournalRecord, { type: 'log' }>;
type Attributes = Open['attributes'];

/** A span as a person reads it: what it is, how long it took, what happened in it. */
export interface SpanNode {
  readonly name: string;
  readonly extension: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Absent where it never closed: it runs, or its host was killed. */
  readonly durationMs?: number;
  readonly status?: 'ok' | 'error';
  /** Those of the close over those of the opening. */
  readonly attributes: Attributes;
  /** In the order of their times. */
  readonly children: readonly (SpanNode | LogNode)[];
}

export interface LogNode {
  readonly level: Log['level'];
  readonly message: string;
  readonly startedAt: number;
  readonly attributes: Attributes;
}

/** The spans that have no parent among the records, each with all below it. Bodies are left out. */
export function spanTree(records: Iterable<JournalRecord>): readonly (SpanNode | LogNode)[] {
  const opens = new Set<string>();
  const closes = new Map<string, Close>();
  const below = new Map<string, (Open | Log)[]>();
  const roots: (Open | Log)[] = [];
  const found: (Open | Log)[] = [];

  for (const record of records) {
    if (record.type === 'span-close') {
      closes.set(record.spanId, record);
      continue;
    }
    if (record.type === 'span-open') opens.add(record.spanId);
    if (record.type === 'span-open' || record.type === 'log') found.push(record);
  }
  for (const record of found) {
    const parent = record.type === 'log' ? record.spanId : record.parentSpanId;
    if (parent === undefined || !opens.has(parent)) {
      roots.push(record);
      continue;
    }
    const siblings = below.get(parent);
    if (siblings === undefined) below.set(parent, [record]);
    else siblings.push(record);
  }
  const nodeOf = (record: Open | Log): SpanNode | LogNode => {
    const startedAt = Date.parse(record.at);
    if (record.type === 'log') {
      return {
        level: record.level,
        message: record.message,
        startedAt,
        attributes: record.attributes,
      };
    }
    const close = closes.get(record.spanId);
    return {
      name: record.name,
      extension: record.extension,
      startedAt,
      ...(close === undefined
        ? {}
        : { durationMs: Date.parse(close.at) - startedAt, status: close.status }),
      attributes: { ...record.attributes, ...close?.attributes },
      children: inOrder((below.get(record.spanId) ?? []).map(nodeOf)),
    };
  };
  return inOrder(roots.map(nodeOf));
}

/** By time; what has the same stays in the order of the journal. */
function inOrder(nodes: (SpanNode | LogNode)[]): (SpanNode | LogNode)[] {
  return nodes.sort((a, b) => a.startedAt - b.startedAt);
}
