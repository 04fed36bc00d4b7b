export { type CarrierService, createCarrierService } from "./carrier-service.ts";
export { carrierRoutes } from "./carrier-routes.ts";
export { labelRoutes } from "./label-routes.ts";
export { createLabelService } from "./label-service.ts";
