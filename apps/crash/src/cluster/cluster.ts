import { join } from 'node:path';
import { type HostOptions, type HostProcess, startHost } from './host-process.ts';

/** One of the hosts, through all its processes. */
export interface Member {
  readonly index: number;
  readonly state: 'up' | 'frozen' | 'down';
  /** Of its newest process. */
  readonly url: string;
  readonly hostId: string;
}

/** Hosts that share a database. */
export interface Cluster {
  readonly members: readonly Member[];
  kill(index: number): Promise<void>;
  /** After a kill. Rejects where the host does not come up. */
  restart(index: number): Promise<void>;
  freeze(index: number): void;
  thaw(index: number): void;
  /** Ends all of them at once. */
  close(): Promise<void>;
}

interface MemberState {
  readonly index: number;
  state: Member['state'];
  process: HostProcess;
}

/** Starts `count` hosts, one after the other, each in a folder of its own below `folder`. */
export async function startCluster(
  count: number,
  folder: string,
  options: Omit<HostOptions, 'dataDir'>,
  onSurprise: (words: string) => void,
): Promise<Cluster> {
  const states: MemberState[] = [];
  let isClosed = false;
  const start = async (index: number): Promise<HostProcess> => {
    const dataDir = join(folder, `host-${index}`);
    const started = await startHost({ ...options, dataDir });
    if (isClosed) await started.kill();
    return started;
  };
  const watch = (state: MemberState): void => {
    const { process } = state;
    void process.exited.then(() => {
      if (isClosed || state.process !== process || state.state === 'down') return;
      state.state = 'down';
      onSurprise(`host ${state.index} ended by itself: see its log`);
    });
  };
  const at = (index: number): MemberState => {
    const state = states[index];
    if (state === undefined) throw new RangeError(`There is no host ${index}.`);
    return state;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.all(states.map(({ process }) => process.kill()));
  };

  try {
    for (let index = 0; index < count; index += 1) {
      const state: MemberState = { index, state: 'up', process: await start(index) };
      states.push(state);
      watch(state);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get members() {
      return states.map(({ index, state, process: { url, hostId } }) => ({
        index,
        state,
        url,
        hostId,
      }));
    },
    async kill(index) {
      const state = at(index);
      state.state = 'down';
      await state.process.kill();
    },
    async restart(index) {
      const state = at(index);
      state.process = await start(index);
      state.state = 'up';
      watch(state);
    },
    freeze(index) {
      const state = at(index);
      state.state = 'frozen';
      state.process.freeze();
    },
    thaw(index) {
      const state = at(index);
      state.process.thaw();
      if (state.state === 'frozen') state.state = 'up';
    },
    close,
  };
}
