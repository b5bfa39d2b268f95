import { createJobsPgBoss } from './jobs-pg-boss.ts';

export { createJobsPgBoss } from './jobs-pg-boss.ts';
export type { JobsPgBossOptions } from './options.ts';

export default createJobsPgBoss();
