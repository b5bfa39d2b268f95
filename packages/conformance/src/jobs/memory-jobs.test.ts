import { jobsConformance } from '../jobs-conformance.ts';
import { virtualRuntime } from '../runtime/virtual-runtime.ts';
import { memoryJobs } from './memory-jobs.ts';

jobsConformance('memoryJobs', () => {
  const runtime = virtualRuntime();
  const { join } = memoryJobs({ runtime });
  return { join, advance: runtime.advance, now: runtime.wallNow };
});
