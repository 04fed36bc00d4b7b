export { createPartnerCall, RequestRefused } from "./call-partner.ts";
export {
  type Endpoint,
  EndpointTakenOver,
  type Exchange,
  type ExchangeCounts,
  noteProblem,
  type PartnerCall,
  type PartnerRequest,
  startCounts,
  unusable,
} from "./exchange.ts";
export { FAILURES_TO_PAUSE, type NextRun, planNextRun } from "./plan-next-run.ts";
