export { saveConsolidationScenario } from "./consolidation-scenario.sql.ts";
export { hasOrders, loadOrderOutcomes, type OrderOutcome } from "./order-outcomes.sql.ts";
export {
  loadPackagesIn,
  loadPackagesToPack,
  loadTransfersIn,
  loadTransfersToSend,
  type StoreWork,
} from "./store-work.sql.ts";
