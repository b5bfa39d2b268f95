import { extensionConformance } from '@dispatch/conformance';
import extension from './index.ts';

extensionConformance('tool-read-file', extension);
