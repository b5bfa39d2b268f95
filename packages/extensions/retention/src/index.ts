import { createRetention } from './retention.ts';

export type { RetentionOptions } from './options.ts';
export { createRetention } from './retention.ts';

export default createRetention();
