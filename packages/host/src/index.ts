export { checkComposition } from './compose/check-composition.ts';
export { nearestName } from './compose/nearest-name.ts';
export type { HostConfig } from './config.ts';
export { createHost, type Host, type HostOptions, type StartedHost } from './create-host.ts';
export { type HostCode, hostCodes } from './errors.ts';
export { createRedactor } from './redactor/create-redactor.ts';
