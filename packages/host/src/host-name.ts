/** What the host's own records, and what it provides itself, are signed with. */
export const hostName = '@dispatch/host';
