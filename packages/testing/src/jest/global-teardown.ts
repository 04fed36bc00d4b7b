import { stopStoreKeeper } from "./store-keeper.ts";

export default async function globalTeardown(): Promise<void> {
  await stopStoreKeeper();
}
