export { parseCarriers, toCarrierCode } from "./carrier-directory.ts";
export { createCarrierGateway, createCarriers } from "./carrier-gateway.ts";
export { parseAnnounced, parseCalledBack, parseTracking } from "./parse-tracking.ts";
export type {
  AnnouncedParcel,
  BoughtLabel,
  CarrierGateway,
  CarrierLabels,
  CarrierStatus,
  LabelOrder,
  ParcelAnnouncement,
  ParcelEvent,
  Tracking,
} from "./port.ts";
export { carrierSettings, type CarrierSettings } from "./settings.ts";
