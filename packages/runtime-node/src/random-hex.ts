import { randomFillSync } from 'node:crypto';

const poolBytes = 4096;

/**
 * A source of random hexadecimal digits that asks the system once per 4 KiB: a step needs about ten
 * ids, and one question of the system costs more than all of them.
 */
export function createRandomHex(): (bytes: number) => string {
  const pool = Buffer.allocUnsafeSlow(poolBytes);
  let used = poolBytes;
  return (bytes) => {
    if (bytes > poolBytes) return randomFillSync(Buffer.allocUnsafeSlow(bytes)).toString('hex');
    if (used + bytes > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const start = used;
    used += bytes;
    return pool.toString('hex', start, used);
  };
}
