/** All that PostgreSQL and its launcher are given of an environment: none of the host's, which holds keys. */
export const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};
