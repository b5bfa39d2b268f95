import { createConsent } from './create-consent.ts';

export { createConsent } from './create-consent.ts';
export type { ConsentOptions } from './options.ts';
export type { Rule } from './rules/rule.ts';

export default createConsent();
