import type { JsonValue } from '@dispatch/kernel';

/** The value with every lone surrogate, in keys too, replaced by U+FFFD (WIRE.md section 2). The same object where there is none. */
export function wellFormed<T extends JsonValue>(value: T): T;
export function wellFormed(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) {
    const items = value.map((item) => wellFormed(item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  let changed = false;
  const fields = Object.entries(value).map(([key, field]): [string, JsonValue] => {
    const cleanKey = key.toWellFormed();
    const cleanField = wellFormed(field);
    if (cleanKey !== key || cleanField !== field) changed = true;
    return [cleanKey, cleanField];
  });
  return changed ? Object.fromEntries(fields) : value;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
