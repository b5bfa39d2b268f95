import { noSsh, type Obstacle } from '../unavailable.ts';

/** What `ssh` prints, what that means, and what to do. The first that is found counts. */
const meanings: readonly (readonly [RegExp, (computerId: string) => Obstacle])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    () => ({
      why: 'its host key is not the one that is known. Either it was set up anew, or somebody stands in between.',
      hint: 'Ask whoever runs it; only then remove the old key with `ssh-keygen -R`.',
    }),
  ],
  [
    /Host key verification failed|No \S+ host key is known/i,
    (computerId) => ({
      why: `its host key is not known yet. Run \`ssh ${computerId}\` once by hand, on the host and as its user, and accept the key.`,
      hint: 'Unknown host keys are never accepted here; the known_hosts file of the user decides.',
    }),
  ],
  [
    /Permission denied|Too many authentication failures|No supported authentication methods/i,
    (computerId) => ({
      why: 'it refused the login.',
      hint: `\`ssh -o BatchMode=yes ${computerId} true\` has to work without a question: a key without a passphrase, or one that an agent holds (SSH_AUTH_SOCK).`,
    }),
  ],
  [
    /Could not resolve hostname|Name or service not known/i,
    () => ({ why: 'its name leads nowhere.', hint: 'See `HostName` in the SSH configuration.' }),
  ],
  [
    /timed out|Timeout/i,
    () => ({ why: 'it does not answer.', hint: 'The machine or the way to it is down.' }),
  ],
  [
    /Connection refused/i,
    () => ({ why: 'nobody listens at its port.', hint: 'sshd is down, or `Port` is another one.' }),
  ],
  [
    /No route to host|Network is unreachable|Host is down/i,
    () => ({ why: 'there is no way to it.', hint: 'The machine or the network is down.' }),
  ],
  [
    /Bad configuration option|terminating, \d+ bad configuration|Can't open user config file/i,
    () => ({ why: '`ssh` does not understand the SSH configuration.' }),
  ],
  [/ssh: not found|ssh: command not found/i, () => noSsh],
];

/** Why a connection could not be made, out of what `ssh` printed. Pure. */
export function explainFailure(computerId: string, printed: string): Obstacle {
  const said = printed.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  for (const [pattern, meaning] of meanings) {
    if (!pattern.test(printed)) continue;
    const { why, hint } = meaning(computerId);
    return { why, hint: [hint, `ssh says: ${said}`].filter(Boolean).join(' ') };
  }
  return said === ''
    ? { why: '`ssh` ended without a word.' }
    : { why: `\`ssh\` says: ${said}`, hint: `Try \`ssh -v ${computerId}\` by hand.` };
}
