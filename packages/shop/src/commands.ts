export { cancelParcel, NoSuchParcel, packParcel, ParcelRefused, relabelParcel } from "./parcels/pack-parcel.ts";
