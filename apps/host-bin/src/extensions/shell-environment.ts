import { isSecretName } from '../settings/secrets.ts';

const passedOn = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TERM',
  'TMPDIR',
  'TZ',
]);

/** What the `ssh` program sees of it: that, and where the user's agent listens. */
export function sshEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const { SSH_AUTH_SOCK } = environment;
  const agent = SSH_AUTH_SOCK === undefined ? {} : { SSH_AUTH_SOCK };
  return { ...shellEnvironment(environment, secrets), ...agent };
}

/**
 * What commands that the model runs see of the host's environment: the few variables that programs
 * need to work, and of those none that holds a secret.
 */
export function shellEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || isSecretName(name)) continue;
    if (!passedOn.has(name) && !name.startsWith('LC_')) continue;
    if (secrets.some((secret) => secret !== '' && value.includes(secret))) continue;
    kept[name] = value;
  }
  return kept;
}
