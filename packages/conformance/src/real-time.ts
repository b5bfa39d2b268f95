/**
 * For tests whose bound is in real time. A machine that is busy is late now and then, and a try more
 * gets over it; what is slow is slow each time. Never for another reason.
 */
export const realTime = { retry: 2 } as const;
