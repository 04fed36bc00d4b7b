export { announceReady, untilAskedToEnd } from "./asked-to-end.ts";
export { type EventLoopDelay, watchEventLoop } from "./event-loop-watch.ts";
export { type MetricsPort, metricsSettings, openMetricsPort } from "./metrics-port.ts";
export { type MetricFamily, type MetricSample, toHistogramSamples } from "./metrics-text.ts";
export { runProcess, type RunningProcess } from "./run-process.ts";
export {
  commandOf,
  findLauncher,
  identifyProcess,
  identityOf,
  isSameProcess,
  type ProcessIdentity,
} from "./process-identity.ts";
export { stopInOrder } from "./stop-in-order.ts";
export { toWorkerNodeFlags, workerHeapMb } from "./worker-node-flags.ts";
export { createLongStepYielder, createYielder, type Yielder } from "./yielder.ts";
