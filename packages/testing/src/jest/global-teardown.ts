import { stopDatabaseKeeper } from "./database-keeper.ts";

export default async function globalTeardown(): Promise<void> {
  await stopDatabaseKeeper();
}
