import { isCodedError, type Records } from '@dispatch/contracts';
import { type ApprovalPlace, formatApprovalId } from './approval-id.ts';
import {
  type FoundApproval,
  parseApproval,
  type Resolution,
  resolved,
  type StoredApproval,
} from './stored-approval.ts';

/** The namespace of all that this extension keeps. */
export const namespace = '@dispatch/consent';
/** How many of one turn may be open at once. */
export const maxOpen = 100;

/**
 * A mark that an approval still concerns its turn: made before the approval, gone once the turn has
 * taken the answer. So what is open and what was answered is found without reading all that ever was.
 */
export interface Mark {
  readonly place: ApprovalPlace;
  readonly expiresAt: number;
  /** An answer was on its way in: it may be there. */
  readonly isAnswered: boolean;
}

/** Approvals in the records of the host. Rejects as these do. */
export class ApprovalStore {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async read(place: ApprovalPlace): Promise<FoundApproval | undefined> {
    const record = await this.#records.read(namespace, approvalKey(place));
    if (record === undefined) return undefined;
    return { place, version: record.version, approval: parseApproval(record.json) };
  }

  /** Keeps it unless there is one; resolves with the one that is there. */
  async create(place: ApprovalPlace, approval: StoredApproval): Promise<FoundApproval> {
    const { conversationId } = place;
    const mark = { expiresAt: approval.expiresAt, isAnswered: false };
    await this.#records.write({
      ...{ namespace, key: markKey(place), json: JSON.stringify(mark), conversationId },
    });
    const json = JSON.stringify(approval);
    const key = approvalKey(place);
    try {
      const version = await this.#records.write({
        ...{ namespace, key, json, conversationId, expectedVersion: 0 },
      });
      return { place, version, approval };
    } catch (error) {
      const found = isCodedError(error, 'version-conflict') ? await this.read(place) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  /**
   * The first end counts: resolves with the one that is kept, and whether it is this one. The store
   * may have made the write before and lost its answer: by its `endId` an end knows itself again.
   */
  async resolve(
    { place, version, approval }: FoundApproval,
    end: Resolution & { readonly endId: string },
  ): Promise<{ readonly kept: FoundApproval; readonly isFirst: boolean }> {
    const { conversationId } = place;
    const ended = resolved(approval, end);
    try {
      const written = await this.#records.write({
        ...{ namespace, key: approvalKey(place), json: JSON.stringify(ended), conversationId },
        expectedVersion: version,
      });
      return { kept: { place, version: written, approval: ended }, isFirst: true };
    } catch (error) {
      const kept = isCodedError(error, 'version-conflict') ? await this.read(place) : undefined;
      if (kept?.approval.resolution === undefined) throw error;
      return { kept, isFirst: kept.approval.resolution.endId === end.endId };
    }
  }

  async markAnswered({ place, approval }: FoundApproval): Promise<void> {
    const { conversationId } = place;
    const json = JSON.stringify({ expiresAt: approval.expiresAt, isAnswered: true });
    await this.#records.write({ namespace, key: markKey(place), json, conversationId });
  }

  /** Its turn has asked for its end: it concerns it no more. */
  async take({ place, version, approval }: FoundApproval): Promise<void> {
    const { conversationId } = place;
    const json = JSON.stringify({ ...approval, isTaken: true });
    try {
      await this.#records.write({
        ...{ namespace, key: approvalKey(place), json, conversationId, expectedVersion: version },
      });
    } catch (error) {
      // Whoever was faster has written the same.
      if (!isCodedError(error, 'version-conflict')) throw error;
    }
    await this.unmark(place);
  }

  /** True where there was one. */
  async unmark(place: ApprovalPlace): Promise<boolean> {
    return this.#records.remove(namespace, markKey(place));
  }

  /** Of one turn, or of all turns; at most `limit`, after `after`. */
  async marks(
    limit: number,
    options: {
      readonly turn?: Pick<ApprovalPlace, 'conversationId' | 'turnId'>;
      readonly after?: ApprovalPlace;
    } = {},
  ): Promise<readonly Mark[]> {
    const { turn, after } = options;
    const prefix = turn === undefined ? 'mark/' : `mark/${turn.conversationId}.${turn.turnId}.`;
    const records = await this.#records.list({
      ...{ namespace, prefix, limit },
      ...(after === undefined ? {} : { afterKey: markKey(after) }),
    });
    return records.map(({ key, json }) => {
      const [conversationId = '', turnId = '', hash = ''] = key.slice('mark/'.length).split('.');
      const { expiresAt, isAnswered } = JSON.parse(json);
      return {
        place: { conversationId, turnId, hash },
        expiresAt: Number(expiresAt),
        isAnswered: isAnswered === true,
      };
    });
  }

  /** Those of a turn that have no end yet. */
  async open(
    turn: Pick<ApprovalPlace, 'conversationId' | 'turnId'>,
  ): Promise<readonly FoundApproval[]> {
    const marks = await this.marks(maxOpen, { turn });
    const found = await Promise.all(marks.map(({ place }) => this.read(place)));
    return found.flatMap((one) => (one?.approval.resolution === undefined ? (one ?? []) : []));
  }
}

function approvalKey(place: ApprovalPlace): string {
  return `approval/${formatApprovalId(place)}`;
}

function markKey(place: ApprovalPlace): string {
  return `mark/${formatApprovalId(place)}`;
}
