export type { HostConfig } from './config.ts';
export { createHost, type Host, type HostOptions, type StartedHost } from './create-host.ts';
export { type HostCode, hostCodes } from './errors.ts';
export { createRedactor } from './redactor/create-redactor.ts';
