export { LABEL_STATUSES, loadLabelPdf, loadParcel, loadParcels, PARCEL_STATUSES } from "./parcels/parcel-views.sql.ts";
