export { type CarrierDesk, openCarrierDesk } from "./carrier-desk.ts";
export { carrierRoutes } from "./carrier-routes.ts";
