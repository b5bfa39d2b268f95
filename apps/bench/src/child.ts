// One measurement in a process of its own: `child.ts <measure> <options as JSON>`.
import { measures } from './measures/measures.ts';

const [name = '', options = '{}'] = process.argv.slice(2);
const measure = measures[name];
if (measure === undefined) throw new Error(`there is no measure ${name}`);
console.log(JSON.stringify(await measure(options)));
process.exit(0);
