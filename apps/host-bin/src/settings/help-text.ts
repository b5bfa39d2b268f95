import { settingKeys, settingsTable } from './settings-table.ts';

/** What `--help` prints. */
export function helpText(): string {
  const rows = settingKeys.flatMap((key) => {
    const { env, flag, about, default: standard } = settingsTable[key];
    if (env === undefined) return [];
    const value = Array.isArray(standard) ? standard.join(',') : (standard ?? '');
    return [[flag ?? '', env, `${about}${value === '' ? '' : ` (${String(value)})`}`] as const];
  });
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length)) + 2;
  const [flags, names] = [width(0), width(1)];
  const lines = rows.map(
    ([flag, env, about]) => `  ${flag.padEnd(flags)}${env.padEnd(names)}${about}`,
  );
  return [
    'The Dispatch host. Flags go over environment variables, those over .env in the data folder,',
    'that over dispatch.config.{ts,js,json} in the working folder.',
    '',
    ...lines,
    '',
    '  --help, --version',
    '',
  ].join('\n');
}
