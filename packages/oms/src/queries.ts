export { countKeptPackages, countWork, type WorkCounts } from "./count-work.ts";
export { loadPackage, loadPackages, type PackageFilter, type PackageView } from "./packages.sql.ts";
export { loadTransfer, type TransferView } from "./transfers.sql.ts";
