export { type CarrierService, createCarrierService } from "./carrier-service.ts";
export { carrierRoutes } from "./carrier-routes.ts";
