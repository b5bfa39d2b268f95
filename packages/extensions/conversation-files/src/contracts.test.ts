import {
  extensionConformance,
  fakeComputer,
  filesConformance,
  memoryStore,
} from '@dispatch/conformance';
import { makeFilesOf } from './__fixtures__/conversation-folder.ts';
import { sourceOf } from './__fixtures__/disk-computer.ts';
import extension from './index.ts';

filesConformance('conversation-files', async (computers) => (await makeFilesOf(computers)).files);

extensionConformance('conversation-files', extension, () => ({
  needed: {
    computer: sourceOf(fakeComputer()),
    records: memoryStore().records,
  },
}));
