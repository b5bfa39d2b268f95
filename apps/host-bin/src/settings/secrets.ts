import type { Settings } from './settings.ts';

const secretName = /_(KEY|TOKEN|SECRET|PASSWORD)$/i;

/** True for variables whose values never leave the host, whatever `DISPATCH_REDACT` says. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * The values that never leave the host (HOST.md, "Settings"): of variables that are named for it, by
 * their ending or in `DISPATCH_REDACT`, of secret settings, and the password in the database's URL.
 */
export function collectSecrets(
  settings: Settings,
  variables: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(variables)) {
    if (value && (isSecretName(name) || settings.redact.includes(name))) secrets.add(value);
  }
  if (settings.token !== undefined) secrets.add(settings.token);
  if (settings.openaiApiKey !== undefined) secrets.add(settings.openaiApiKey);
  for (const url of [settings.database, variables.DATABASE_URL]) {
    for (const password of passwordsOf(url)) secrets.add(password);
  }
  return [...secrets];
}

/** As it stands in the URL, and as it is. */
function passwordsOf(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password, searchParams } = new URL(url);
  const passwords = [password, searchParams.get('password') ?? ''];
  try {
    passwords.push(decodeURIComponent(password));
  } catch {
    // A stray percent sign: the password is meant as it stands.
  }
  return passwords.filter((value) => value !== '');
}
