import { extensionConformance } from '@dispatch/conformance';
import extension from './index.ts';

extensionConformance('provider-scripted', extension);
