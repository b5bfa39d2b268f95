import type { Row } from '../row.ts';
import { scaleBus } from '../rows/scale-bus-row.ts';
import { scaleCommits } from '../rows/scale-commits-row.ts';
import { scaleDisk } from '../rows/scale-disk-row.ts';
import { scaleHosts } from '../rows/scale-hosts-row.ts';
import { scaleIdle } from '../rows/scale-idle-row.ts';
import { scaleLeases } from '../rows/scale-leases-row.ts';
import { scaleLive } from '../rows/scale-live-row.ts';
import { scaleSockets } from '../rows/scale-sockets-row.ts';

/** Asked for by name alone: together they take a quarter of an hour. */
export const scaleRows: readonly Row[] = [
  scaleLive,
  scaleSockets,
  scaleHosts,
  scaleBus,
  scaleIdle,
  scaleCommits,
  scaleLeases,
  scaleDisk,
];
