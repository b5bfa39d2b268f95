export { createNodeRuntime } from './create-node-runtime.ts';
export { type FolderLock, type LockAttempt, tryLockFolder } from './folder-lock/lock.ts';
