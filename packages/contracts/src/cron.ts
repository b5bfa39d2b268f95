/** The least and the greatest number of each field: minute, hour, day of month, month, day of week (0: Sunday). */
const bounds = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const dayMs = 86_400_000;
/** 29 February comes back after eight years at most. */
const farthestDays = 8 * 366;

interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly isDay: (date: Date) => boolean;
}

/**
 * True for five fields, each a `*`, a number or a range, with or without a step (`10-40/10`),
 * or several of them with commas between and no number twice, whose time ever comes. Where neither
 * day field is `*`, either may match.
 */
export function isCron(text: string): boolean {
  return nextCronTime(text, 0) !== undefined;
}

/** The first time after `after` (epoch milliseconds) that the cron text names, in UTC; undefined where none comes. */
export function nextCronTime(text: string, after: number): number | undefined {
  const cron = parseCron(text);
  if (cron === undefined) return undefined;
  const first = Math.floor(after / dayMs) * dayMs;
  for (let day = first; day <= first + farthestDays * dayMs; day += dayMs) {
    if (!cron.isDay(new Date(day))) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = day + hour * 3_600_000 + minute * 60_000;
        if (time > after) return time;
      }
    }
  }
  return undefined;
}

function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/ +/);
  const [minutes, hours, days, months, weekdays] = bounds.map(([least, most], index) =>
    parseField(fields[index] ?? '', least, most),
  );
  if (fields.length !== bounds.length) return undefined;
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const isEither = fields[2] !== '*' && fields[4] !== '*';
  return {
    minutes,
    hours,
    isDay: (date) => {
      const isDate = days.has(date.getUTCDate());
      const isWeekday = weekdays.has(date.getUTCDay());
      if (!months.has(date.getUTCMonth() + 1)) return false;
      return isEither ? isDate || isWeekday : isDate && isWeekday;
    },
  };
}

/** The field's numbers, ascending; undefined where it is none. */
function parseField(text: string, least: number, most: number): ReadonlySet<number> | undefined {
  const numbers = new Set<number>();
  for (const item of text.split(',')) {
    const match = /^(?:(\d{1,2})|(?:\*|(\d{1,2})-(\d{1,2}))(?:\/(\d{1,2}))?)$/.exec(item);
    if (match === null) return undefined;
    const [, only, from = only, to = only, step = '1'] = match;
    const low = Number(from ?? least);
    const high = Number(to ?? most);
    const every = Number(step);
    if (low < least || high > most || low > high || every === 0) return undefined;
    for (let number = low; number <= high; number += every) {
      if (numbers.has(number)) return undefined;
      numbers.add(number);
    }
  }
  return new Set([...numbers].sort((a, b) => a - b));
}
