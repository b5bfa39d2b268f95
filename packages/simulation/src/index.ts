export { type HistoryReport, type SimulateOptions, simulate } from './simulate.ts';
