import { benchFeeds } from "./feeds.ts";

export async function benchEcomnow(): Promise<void> {
  await benchFeeds();
}
