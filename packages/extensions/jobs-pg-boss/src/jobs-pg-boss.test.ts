import { extensionConformance } from '@dispatch/conformance';
import extension from './index.ts';

extensionConformance('jobs-pg-boss', extension, () => ({
  needed: { database: { url: 'postgres://127.0.0.1:1/nothing', isPrivate: true } },
}));
