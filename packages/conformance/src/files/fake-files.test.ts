import { filesConformance } from '../files-conformance.ts';
import { fakeFiles } from './fake-files.ts';

filesConformance('fakeFiles', (computers) => fakeFiles(...computers));
