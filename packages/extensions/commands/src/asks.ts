import {
  type Bus,
  CodedError,
  isCodedError,
  type Records,
  type Runtime,
} from '@dispatch/contracts';
import { idPattern } from '@dispatch/wire';
import { z } from 'zod';
import { namespace } from './command-store.ts';

/** How long it is waited for the host that runs a call. Longer than it takes to hear of an ask without the bus. */
const answerWithinMs = 4000;
const lookEveryMs = 100;

/** What nobody answered for so long was left behind by a host that died. By the walls of two hosts: generous. */
const forgottenAfterMs = 60_000;

const topic = 'commands/background';
const prefix = 'ask/';

const schema = z.object({
  conversationId: z.string(),
  callId: z.string().exactOptional(),
  /** Epoch milliseconds. */
  askedAt: z.number(),
  /** The answer: it is in the background. */
  commandId: z.string().exactOptional(),
  /** The answer: it can not be. */
  refusal: z
    .object({ code: z.string(), message: z.string(), hint: z.string().exactOptional() })
    .exactOptional(),
});

type Ask = z.infer<typeof schema>;

/** A call that waits for a command; without its id the one of the conversation that waits longest. */
export type WantedCall = Pick<Ask, 'conversationId' | 'callId'>;

/** Sends the command of a call to the background and gives its id; undefined where no such call waits here. */
export type SendHere = (wanted: WantedCall) => Promise<string> | undefined;

/** How a host has another one send the command of a call to the background. Rejects with `store-unavailable`. */
export interface Asks {
  /**
   * Resolves with the command's id, undefined where no host runs such a call. Rejects with
   * `conversation-not-found`, and with what the other host refuses it for.
   */
  ask(wanted: WantedCall): Promise<string | undefined>;
  /** Does what is asked for and can be done here. */
  answer(sendHere: SendHere): Promise<void>;
  /** Calls `hear` when another host asks for something, until the returned function is called. */
  subscribe(hear: () => void): Promise<(() => void) | undefined>;
}

export function createAsks(
  records: Records,
  bus: Bus | undefined,
  runtime: Pick<Runtime, 'sleep' | 'now' | 'wallNow'>,
): Asks {
  const write = async (ask: Ask, expectedVersion?: number) => {
    const { conversationId } = ask;
    const json = JSON.stringify(ask);
    const version = expectedVersion === undefined ? {} : { expectedVersion };
    await records.write({ namespace, key: keyOf(ask), json, conversationId, ...version });
  };

  return {
    async ask(wanted) {
      // What can be no id never reaches the store, which need not take every text as a key.
      if (wanted.callId !== undefined && !idPattern.test(wanted.callId)) return undefined;
      const key = keyOf(wanted);
      await write({ ...wanted, askedAt: runtime.wallNow() });
      bus?.publish(topic, wanted.conversationId);
      const from = runtime.now();
      for (;;) {
        await runtime.sleep(lookEveryMs);
        const record = await records.read(namespace, key);
        // It went with its conversation, or somebody who asked for the same has had the answer.
        if (record === undefined) return undefined;
        const { commandId, refusal } = readAsk(record.json);
        const isAnswered = commandId !== undefined || refusal !== undefined;
        if (!isAnswered && runtime.now() - from < answerWithinMs) continue;
        await records.remove(namespace, key);
        if (refusal === undefined) return commandId;
        const { code, ...rest } = refusal;
        throw new CodedError(code, rest);
      }
    },
    async answer(sendHere) {
      for (const { key, json, version } of await records.list({ namespace, prefix, limit: 100 })) {
        const ask = readAsk(json);
        if (runtime.wallNow() - ask.askedAt > forgottenAfterMs) {
          await records.remove(namespace, key);
          continue;
        }
        const sending = sendHere(ask);
        if (sending === undefined) continue;
        const outcome = await sending.then((commandId) => ({ commandId }), refusalOf);
        await write({ ...ask, ...outcome }, version).catch(ignoreGone);
      }
    },
    subscribe: async (hear) => bus?.subscribe(topic, hear),
  };
}

const keyOf = ({ conversationId, callId = '' }: WantedCall) =>
  `${prefix}${conversationId}/${callId}`;

function readAsk(json: string): Ask {
  return schema.parse(JSON.parse(json));
}

function refusalOf(error: unknown): Pick<Ask, 'refusal'> {
  if (!isCodedError(error)) {
    return { refusal: { code: 'internal', message: 'The command could not be sent there.' } };
  }
  const { code, message, hint } = error;
  return { refusal: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

/** Who asked went away, or asked anew and is answered next. */
function ignoreGone(error: unknown): void {
  const isGone =
    isCodedError(error, 'version-conflict') || isCodedError(error, 'conversation-not-found');
  if (!isGone) throw error;
}
