import type { Span } from '../logging.ts';
import type { ModelRequest, ProviderError } from '../provider.ts';
import { LateSignal, withSignal } from './late-signal.ts';
import type { ResponseReader, StreamEnd } from './response.ts';
import type { Step } from './step.ts';
import { describeError, type Turn } from './turn.ts';
import { withinGrace } from './within-grace.ts';

/** Asks the provider until it answers, the retries are used up, or the turn is aborted. */
export async function askProvider(
  turn: Turn,
  step: Step,
  reader: ResponseReader,
): Promise<StreamEnd> {
  const { retry, runtime, signal } = turn.options;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    const end = await attemptOnce(turn, step, reader, attempt);
    await tellAttempt(turn, step, reader, attempt, end);
    if (end.reason !== 'error' || reader.hasContent || !end.error.retryable) return end;
    if (turn.abort.isAborted) return { reason: 'aborted' };
    const delayMs = delayAfter(turn, attempt, end.error);
    if (retry === undefined || delayMs === null || waitedMs + delayMs > retry.budgetMs) return end;
    const { code, message, retryable } = end.error;
    const error = { code, message, retryable };
    turn.emit({ type: 'provider-retry', stepId: step.stepId, attempt, delayMs, error });
    await runtime.sleep(delayMs, signal);
    if (turn.abort.isAborted) return { reason: 'aborted' };
    waitedMs += delayMs;
  }
}

function delayAfter(turn: Turn, attempt: number, error: ProviderError): number | null {
  try {
    const planned = turn.options.retry?.delayFor(attempt, error) ?? null;
    if (planned === null) return null;
    const delayMs = Math.max(0, planned, error.retryAfterMs ?? 0);
    return Number.isNaN(delayMs) ? null : delayMs;
  } catch {
    return null;
  }
}

async function tellAttempt(
  turn: Turn,
  step: Step,
  reader: ResponseReader,
  attempt: number,
  end: StreamEnd,
): Promise<void> {
  const { hooks = [], conversationId, turnId, model } = turn.options;
  for (const hook of hooks) {
    if (hook.afterAttempt === undefined) continue;
    try {
      const answer = hook.afterAttempt({
        conversationId,
        turnId,
        stepId: step.stepId,
        attempt,
        model,
        ...(reader.attemptUsage === undefined ? undefined : { usage: reader.attemptUsage }),
        ...(end.reason === 'error' ? { error: end.error } : undefined),
      });
      await withinGrace(turn, answer);
    } catch (error) {
      turn.warn('a hook failed after an attempt', error, hook.name);
    }
  }
}

/** One request, read to its end, to an abort, or until it has been silent for too long. */
async function attemptOnce(
  turn: Turn,
  step: Step,
  reader: ResponseReader,
  attempt: number,
): Promise<StreamEnd> {
  const { runtime, logger } = turn.options;
  const late = new LateSignal(runtime);
  const spans = openTokenSpans(step.span);
  reader.onFirstToken = spans.firstToken;
  reader.begin();
  const end = await new Promise<StreamEnd>((resolve) => {
    const state: AttemptState = { isOver: false, isFresh: true, iterator: undefined };
    const settle = (found: StreamEnd) => {
      if (state.isOver) return;
      state.isOver = true;
      takeBack();
      stopWatching();
      resolve(found);
    };
    const interrupt = (found: StreamEnd, reason: string) => {
      settle(found);
      late.abort(reason);
      letGo(state.iterator);
    };
    let takeBack = () => {};
    let stopWatching = () => {};
    takeBack = turn.abort.onOver(() => interrupt({ reason: 'aborted' }, 'the turn was aborted'));
    if (state.isOver) return;
    stopWatching = watchSilence(turn, state, (error) => {
      interrupt({ reason: 'error', error }, error.message);
    });
    void pump(turn, step, reader, { attempt, late }, state, settle);
  });
  reader.end();
  spans.close(end);
  return redacted(turn, end);

  function openTokenSpans(parent: Span) {
    const ttft = logger.openSpan('ttft', { parent: parent.context, attributes: { attempt } });
    let decode: Span | undefined;
    return {
      firstToken() {
        ttft.close({ attributes: { firstToken: true } });
        decode = logger.openSpan('decode', { parent: parent.context, attributes: { attempt } });
      },
      close(found: StreamEnd) {
        const status = found.reason === 'error' ? 'error' : 'ok';
        ttft.close({ status, attributes: { firstToken: false } });
        decode?.close({ status });
      },
    };
  }
}

interface AttemptState {
  isOver: boolean;
  /** Something came since the silence was looked at last. */
  isFresh: boolean;
  iterator: AsyncIterator<unknown> | undefined;
}

async function pump(
  turn: Turn,
  step: Step,
  reader: ResponseReader,
  { attempt, late }: { readonly attempt: number; readonly late: LateSignal },
  state: AttemptState,
  settle: (end: StreamEnd) => void,
): Promise<void> {
  const { provider, conversationId, turnId, message = [] } = turn.options;
  try {
    const context = {
      attempt,
      span: step.span.context,
      conversationId,
      turnId,
      stepId: step.stepId,
      stepIndex: step.index,
      turnMessage: message,
    };
    const stream = provider.stream(requestOf(turn), withSignal(context, late));
    const iterator = stream[Symbol.asyncIterator]();
    state.iterator = iterator;
    for (;;) {
      const read = await iterator.next();
      if (state.isOver) return;
      if (read.done === true) break;
      state.isFresh = true;
      const end = reader.take(read.value);
      if (end !== undefined) {
        settle(end);
        letGo(iterator);
        return;
      }
    }
    settle({
      reason: 'error',
      error: {
        code: 'provider-error',
        message: 'The stream of the provider ended before the answer was finished.',
        retryable: true,
      },
    });
  } catch (error) {
    letGo(state.iterator);
    const message = `The provider failed: ${describeError(error)}`;
    settle({ reason: 'error', error: { code: 'provider-error', message, retryable: true } });
  }
}

/** Lets the provider clean up. Nobody waits for it, and nothing that it still does matters. */
function letGo(iterator: AsyncIterator<unknown> | undefined): void {
  try {
    iterator?.return?.().catch(() => {});
  } catch {
    // As above.
  }
}

function requestOf(turn: Turn): ModelRequest {
  const { model, system, sampling = {} } = turn.options;
  return {
    model,
    ...(system === undefined ? undefined : { system }),
    messages: turn.messages,
    tools: turn.toolset.definitions,
    sampling,
  };
}

/** How often the silence is looked at while it may last: it is found so much of it late, at most. */
const looksPerSilence = 8;

/** Looks now and then whether something came, so that a read costs no more than a flag. */
function watchSilence(
  turn: Turn,
  state: AttemptState,
  onSilence: (error: ProviderError) => void,
): () => void {
  const { streamIdleMs } = turn.limits;
  const betweenMs = streamIdleMs / looksPerSilence;
  let silentLooks = 0;
  let stop = () => {};
  const look = () => {
    if (state.isOver) return;
    silentLooks = state.isFresh ? 0 : silentLooks + 1;
    state.isFresh = false;
    if (silentLooks < looksPerSilence) {
      stop = turn.timer.after(betweenMs, look);
      return;
    }
    const message = `The provider sent nothing for ${streamIdleMs} ms.`;
    onSilence({ code: 'provider-timeout', message, retryable: true });
  };
  state.isFresh = false;
  stop = turn.timer.after(betweenMs, look);
  return () => stop();
}

/** What a provider says of its failure is not the model's own words. */
function redacted(turn: Turn, end: StreamEnd): StreamEnd {
  if (end.reason !== 'error') return end;
  const { code, message, retryable, ...rest } = end.error;
  const words = turn.redacted(message.toWellFormed());
  const error: ProviderError = { ...rest, code, message: words, retryable: retryable === true };
  return { reason: 'error', error };
}
