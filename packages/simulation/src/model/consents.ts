/** What a person said to a question, and what was made of it. */
export interface Answer {
  readonly approvalId: string;
  readonly turnId: string;
  readonly callId: string;
  /** Names the call's input. */
  readonly k: number;
  readonly decision: 'allow' | 'deny' | 'always';
  state: 'unknown' | 'refused' | 'acknowledged';
}

type AskedCall = Pick<Answer, 'turnId' | 'callId' | 'k'>;

/** What people were asked, and what they said. */
export class Consents {
  readonly #answers: Answer[] = [];

  /** Before it is sent: until a host has said something of it, it may count. */
  says(given: Omit<Answer, 'state'>): Answer {
    const answer: Answer = { ...given, state: 'unknown' };
    this.#answers.push(answer);
    return answer;
  }

  /** Somebody may have allowed the call, by itself or for good. */
  mayRun(call: AskedCall): boolean {
    return this.#answers.some(
      (answer) =>
        answer.state !== 'refused' &&
        (answer.decision === 'always' || (answer.decision === 'allow' && isOf(answer, call))),
    );
  }

  /** A person was told that the call will not run. */
  isDenied(call: AskedCall): boolean {
    return this.acknowledged().some((answer) => answer.decision === 'deny' && isOf(answer, call));
  }

  acknowledged(): readonly Answer[] {
    return this.#answers.filter(({ state }) => state === 'acknowledged');
  }
}

function isOf(answer: Answer, { turnId, callId, k }: AskedCall): boolean {
  return answer.turnId === turnId && answer.callId === callId && answer.k === k;
}
