/** A tool's name says what running it again would mean. */
export const toolNames = ['look', 'put', 'send', 'fire', 'build'] as const;

/** The one that a person has to allow, call by call. */
export const askedTool = 'pay';

/** The one whose steps are recorded. */
export const durableTool = 'build';

/** What the result of a call that did its work begins with. */
export const doneWord = 'done';
