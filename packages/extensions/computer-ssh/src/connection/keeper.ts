import type { Readable, Writable } from 'node:stream';

/** What stands at the other end of a connection's life line, and ends commands. */
export interface Keeper {
  /** Resolves when it is there; never where the connection is lost before. */
  readonly ready: Promise<KeeperFacts>;
  /** Resolves when the life line was closed and nobody is left; never where the connection is lost before. */
  readonly gone: Promise<void>;
  /** From now on it ends this group when the life line closes. */
  watch(group: number): void;
  /** Its leader has exited: it is forgotten once nobody is left in it. May be said often. */
  over(group: number): void;
  /** Ends a group and all that carry the mark. Resolves when they are gone, or the connection is lost. */
  end(group: number, mark: string): Promise<void>;
  /** Whether any of them is left, but for the group's leader. False where the connection is lost. */
  hasLeft(group: number | 'all', mark: string): Promise<boolean>;
  /** Ends all that carry a mark, without a word about it. */
  sweep(mark: string): void;
}

export interface KeeperFacts {
  /** Which form of `stat` the computer has. */
  readonly statForm: 'gnu' | 'bsd';
  /** Models write for bash; where there is none, the system's own shell has to do. */
  readonly shell: string;
  readonly home: string;
}

export interface KeeperPipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly nonce: string;
  readonly lost: Promise<void>;
}

/** A login's own noise may stand before the first line; nothing that is longer is kept. */
const longestLine = 10_000;

export function createKeeper({ stdin, stdout, nonce, lost }: KeeperPipes): Keeper {
  const { promise: ready, resolve: isReady } = Promise.withResolvers<KeeperFacts>();
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
  const answers = new Map<string, (answer: string) => void>();
  let count = 0;
  let rest = '';

  const hear = (line: string) => {
    const [start, verb, first = '', second = '', ...others] = line.split(' ');
    if (start !== nonce) return;
    if (verb === 'gone') isGone();
    if (verb === 'ready') {
      const statForm = first === 'bsd' ? 'bsd' : 'gnu';
      isReady({ statForm, shell: second, home: others.join(' ') });
      return;
    }
    answers.get(first)?.(second);
    answers.delete(first);
  };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-longestLine);
    lines.forEach(hear);
  });

  const ask = async (verb: string, words: string): Promise<string | undefined> => {
    count += 1;
    const id = String(count);
    const { promise, resolve } = Promise.withResolvers<string>();
    answers.set(id, resolve);
    stdin.write(`${verb} ${id} ${words}\n`);
    const answer = await Promise.race([promise, lost.then(() => undefined)]);
    answers.delete(id);
    return answer;
  };

  return {
    ready,
    gone,
    watch: (group) => void stdin.write(`watch ${group}\n`),
    over: (group) => void stdin.write(`over ${group}\n`),
    sweep: (mark) => void stdin.write(`sweep ${mark}\n`),
    async end(group, mark) {
      await ask('end', `${group} ${mark}`);
    },
    async hasLeft(group, mark) {
      return (await ask('left', `${group} ${mark}`)) === 'yes';
    },
  };
}
