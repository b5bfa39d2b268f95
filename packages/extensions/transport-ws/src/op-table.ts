import {
  CodedError,
  type Contribution,
  type Frame,
  type FrameConnection,
} from '@dispatch/contracts';
import type { JsonValue } from '@dispatch/kernel';
import { checkInput, type FrameId } from '@dispatch/wire';
import { opClash } from './errors.ts';
import { ackText } from './frame-texts.ts';
import { type OpSurroundings, ownOp, ownOps } from './own-ops.ts';

/** An op as a connection takes it. */
export interface ServedOp {
  /** Checks the fields, serves them, answers. Rejects with coded errors. */
  handle(
    to: OpSurroundings & { readonly connection: FrameConnection },
    id: FrameId,
    fields: unknown,
  ): Promise<void>;
}

const ownName = '@dispatch/transport-ws';

/** The protocol's own ops and those of extensions, by name. `op-clash`. */
export function opTable(
  contributions: readonly Contribution<Frame>[],
): ReadonlyMap<string, ServedOp> {
  const table = new Map<string, ServedOp>(ownOps.map((op) => [op, servedOwn(op)]));
  const owners = new Map<string, string>(ownOps.map((op) => [op, ownName]));
  for (const { extension, value: frame } of contributions) {
    const owner = owners.get(frame.op);
    if (owner !== undefined) throw opClash(frame.op, extension, owner);
    owners.set(frame.op, extension);
    table.set(frame.op, servedContribution(frame));
  }
  return table;
}

function servedOwn(op: (typeof ownOps)[number]): ServedOp {
  const { schema, handle } = ownOp(op);
  return {
    async handle(to, id, fields) {
      const checked = checkInput<unknown>(schema, fields);
      if (!checked.ok) throw new CodedError('invalid-input', { message: checked.message });
      await handle(to, id, checked.value);
    },
  };
}

function servedContribution(frame: Frame): ServedOp {
  return {
    async handle({ connection, outbox }, id, fields) {
      const answer = await frame.handle(check(frame, fields), connection);
      outbox.send(ackText(id, answer));
    },
  };
}

function check(frame: Frame, fields: unknown): JsonValue {
  const parsed = frame.fields.parse(fields);
  if (parsed.ok) return parsed.value;
  const told = parsed.issues
    .slice(0, 3)
    .map(({ path, message }) => (path === '' ? `The frame ${message}` : `\`${path}\` ${message}`));
  throw new CodedError('invalid-input', { message: `${told.join('; ')}.` });
}
