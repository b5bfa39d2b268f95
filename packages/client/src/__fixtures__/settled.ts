/** What is under way on the loopback has arrived: in rounds of the event loop, since one wait alone can be over before the loop has read anything. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
