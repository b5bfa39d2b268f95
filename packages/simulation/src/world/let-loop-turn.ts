/** One round of the event loop: rejections that nobody handles are told by the end of it. */
export function letLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
