import type { CommandExit, Computer, NewCommand, RunningCommand } from '@dispatch/contracts';
import { fakeError, find, newFolder, walk } from './fake-tree.ts';

const maxFileBytes = 64 * 1024 * 1024;

export interface FakeComputerOptions {
  readonly computerId?: string;
  /** `/home/user`, unless given. It is there. */
  readonly homeFolder?: string;
  /** Texts by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Plays each command; one that nobody plays exits with 127. */
  play?(command: FakeCommand): CommandExit | Promise<CommandExit>;
}

/** A command that is played. */
export interface FakeCommand {
  readonly command: NewCommand['command'];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input: Uint8Array | undefined;
  print(printed: string | Uint8Array, stream?: 'stdout' | 'stderr'): void;
  /** Resolves once the command is ended from outside: it then exits by `SIGTERM`, whatever is played. */
  readonly ended: Promise<void>;
}

/** A computer in memory: files, links, folders, and commands that a script plays. */
export interface FakeComputer extends Computer {
  /** Every command that was started, in order. */
  readonly spawned: readonly NewCommand[];
  addFolder(path: string): void;
  addLink(path: string, target: string): void;
  /** Neither a file nor a folder. */
  addOther(path: string): void;
  /** Of a file; sets it where `mode` is given. */
  mode(path: string, mode?: number): number;
}

export function fakeComputer(options: FakeComputerOptions = {}): FakeComputer {
  const root = newFolder();
  const { homeFolder = '/home/user', computerId, play = () => ({ code: 127 }) } = options;
  const spawned: NewCommand[] = [];
  let version = 0;

  const put = (path: string, bytes: Uint8Array) => {
    const { parent, name, node } = walk(root, path, { makesFolders: true });
    if (node?.kind === 'folder') throw fakeError('EISDIR', path);
    if (node?.kind === 'other') throw fakeError('EINVAL', path);
    const mode = node?.kind === 'file' ? node.mode : 0o644;
    version += 1;
    parent.children.set(name, { kind: 'file', bytes: Uint8Array.from(bytes), mode, version });
  };
  const add = (path: string, node: Parameters<typeof root.children.set>[1]) => {
    const { parent, name } = walk(root, path, { makesFolders: true, keepsLastLink: true });
    if (name !== '') parent.children.set(name, node);
  };
  const fileAt = (path: string) => {
    const { node } = find(root, path);
    if (node.kind === 'folder') throw fakeError('EISDIR', path);
    if (node.kind !== 'file') throw fakeError('EINVAL', path);
    return node;
  };
  const folderAt = (path: string) => {
    const { node } = find(root, path);
    if (node.kind !== 'folder') throw fakeError('ENOTDIR', path);
    return node;
  };

  add(homeFolder, newFolder());
  for (const [path, text] of Object.entries(options.files ?? {})) put(path, Buffer.from(text));

  return {
    ...(computerId === undefined ? {} : { computerId }),
    spawned,
    addFolder: (path) => add(path, newFolder()),
    addLink: (path, target) => add(path, { kind: 'link', target }),
    addOther: (path) => add(path, { kind: 'other' }),
    mode(path, mode) {
      const file = fileAt(path);
      if (mode !== undefined) file.mode = mode;
      return file.mode;
    },
    async spawn(command) {
      folderAt(command.cwd);
      spawned.push(command);
      return playCommand(command, play);
    },
    homeFolder: async () => homeFolder,
    realPath: async (path) => find(root, path).path,
    async readLink(path) {
      const { node } = find(root, path, { keepsLastLink: true });
      if (node.kind !== 'link') throw fakeError('EINVAL', path);
      return node.target;
    },
    async stat(path) {
      const { node } = find(root, path);
      return node.kind === 'file'
        ? { kind: 'file', size: node.bytes.length, version: String(node.version) }
        : { kind: node.kind, size: 0, version: '0' };
    },
    async readFile(path, range) {
      const { bytes } = fileAt(path);
      if (range === undefined) return Uint8Array.from(bytes);
      return bytes.slice(range.offset, range.offset + range.length);
    },
    async writeFile(path, bytes) {
      if (bytes.length > maxFileBytes) throw fakeError('EFBIG', path);
      put(path, bytes);
    },
    async readFolder(path, limit) {
      const all = [...folderAt(path).children];
      const entries = all.slice(0, limit).map(([name, { kind }]) => ({ name, kind }));
      return { entries, isCut: all.length > limit };
    },
  };
}

function playCommand(
  command: NewCommand,
  play: (command: FakeCommand) => CommandExit | Promise<CommandExit>,
): RunningCommand {
  const { promise: ended, resolve: endNow } = Promise.withResolvers<void>();
  let isOver = false;
  const played = Promise.resolve().then(() =>
    play({
      command: command.command,
      cwd: command.cwd,
      environment: command.environment ?? {},
      input: command.input,
      ended,
      print(printed, stream = 'stdout') {
        if (!isOver) command.onOutput(stream, Buffer.from(printed));
      },
    }),
  );
  const exited = Promise.race([
    played.catch((error: unknown): CommandExit => ({ failure: String(error) })),
    ended.then((): CommandExit => ({ signal: 'SIGTERM' })),
  ]);
  const closed = exited.then(() => {
    isOver = true;
  });
  return {
    exited,
    closed,
    setReading: () => {},
    hasLeft: async () => false,
    async end() {
      isOver = true;
      endNow();
      await exited;
    },
  };
}
