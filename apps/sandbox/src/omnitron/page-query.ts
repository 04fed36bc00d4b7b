import { z } from "zod";

export const limitParameter = z.coerce
  .number({ error: "expected a whole number from 1 to 1000" })
  .int()
  .min(1)
  .max(1_000)
  .default(100);

export const pkParameter = z.coerce.number({ error: "expected a pk, 0 or more" }).int().min(0).default(0);
