import { z } from "zod";

const text = z.string().optional();
const yesNo = z.enum(["true", "false"]).optional().catch(undefined);

export const ordersSearch = z.object({
  find: text,
  state: text,
  plan: z.enum(["START", "PENDING", "COMPLETED", "CANCELLED"]).optional().catch(undefined),
  short: yesNo,
  problem: yesNo,
  channel: text,
  package: text,
  tracking: text,
  cursor: text,
});

export const orderSearch = z.object({
  /** Lanes that the list of events leaves out, with commas. */
  hide: text,
});
