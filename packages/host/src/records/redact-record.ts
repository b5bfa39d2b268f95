import type { Attributes, LogRecord, SpanBody } from '@dispatch/kernel';
import type { HostRedactor } from '../redactor/create-redactor.ts';

/**
 * The record without secrets; the same object where it holds none. Bodies keep their number of
 * bytes, because later bodies count theirs by them (WIRE.md section 7).
 */
export function redactRecord(record: LogRecord, redactor: HostRedactor): LogRecord {
  const attributes = redactAttributes(record.attributes, redactor);
  if (record.type === 'log') {
    const message = redactor.redact(record.message);
    return message === record.message && attributes === record.attributes
      ? record
      : { ...record, message, attributes };
  }
  const body = record.body === undefined ? undefined : redactBody(record.body, redactor);
  if (body === record.body && attributes === record.attributes) return record;
  return body === undefined ? { ...record, attributes } : { ...record, attributes, body };
}

function redactAttributes(attributes: Attributes, redactor: HostRedactor): Attributes {
  let changed: Record<string, Attributes[string]> | undefined;
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value !== 'string') continue;
    const said = redactor.redact(value);
    if (said === value) continue;
    changed ??= { ...attributes };
    changed[name] = said;
  }
  return changed ?? attributes;
}

function redactBody(body: SpanBody, redactor: HostRedactor): SpanBody {
  if (typeof body === 'string') return redactor.redactInPlace(body);
  const rest = redactor.redactInPlace(body.rest);
  return rest === body.rest ? body : { ...body, rest };
}
