import { measureInChild } from '../processes.ts';
import type { Row } from '../row.ts';
import { withCluster } from '../scale/cluster.ts';
import { figure, formatSpread } from '../scale/figure.ts';
import type { IdleSocketsCost, IdleSocketsOptions } from '../scale/idle-sockets.ts';
import { format } from '../statistics.ts';

const sockets = 10_000;
const conversations = 1000;
const idleMs = 60_000;
const turns = 200;
const name = 'scale-sockets';

export const scaleSockets: Row = {
  name,
  what: '10,000 idle WebSockets on one host (needs 10,200 open files: ulimit -n)',
  repetitions: 1,
  async measure(_repetitions, tell) {
    tell(`${sockets} sockets, ${idleMs / 1000} s of silence`);
    const cost = await withCluster(1, async ({ hosts: [host] }) =>
      measureInChild<IdleSocketsCost>('idle-sockets', {
        url: host?.url ?? '',
        pid: host?.pid ?? 0,
        sockets,
        conversations,
        idleMs,
        turns,
      } satisfies IdleSocketsOptions),
    );
    const kib = (from: number, to: number) => `${format(((to - from) * 1024) / sockets)} KiB`;
    const told = (what: string, value: string) => figure(name, what, value);
    return {
      samples: { cost },
      results: [
        told('all connected after', `${format(cost.connectMs / 1000)} s`),
        told('memory of a socket, connected', kib(cost.restMib, cost.connectedMib)),
        told(
          'memory of a socket that follows one of 1,000 conversations',
          kib(cost.restMib, cost.subscribedMib),
        ),
        told(
          'memory of the host, at rest and at most',
          `${format(cost.restMib)}, ${format(cost.peakMib)} MiB`,
        ),
        told(
          'CPU of the host in silence, pings every 15 s',
          `${format(cost.idleCpuMs / 1000)} s a minute`,
        ),
        told('first delta of a turn, on each of its ten (p50, p99, max)', formatSpread(cost.heard)),
        told('answers to 10,000 pings at once (p50, p99, max)', formatSpread(cost.pong)),
      ],
    };
  },
};
