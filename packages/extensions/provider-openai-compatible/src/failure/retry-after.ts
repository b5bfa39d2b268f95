/**
 * How long a server asks to be left alone, in milliseconds; undefined where it does not say, or not
 * in a form that can be read. `retry-after-ms` wins over `retry-after` (seconds, or an HTTP date
 * that is compared with `now`, epoch milliseconds). Never negative.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = count(headers.get('retry-after-ms'));
  if (exact !== undefined) return Math.ceil(exact);
  const raw = headers.get('retry-after');
  const seconds = count(raw);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const at = raw === null || !/[a-z]/i.test(raw) ? Number.NaN : Date.parse(raw);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function count(raw: string | null): number | undefined {
  return raw !== null && /^\s*\d+(\.\d+)?\s*$/.test(raw) ? Number(raw) : undefined;
}
