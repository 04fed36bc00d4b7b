import { integer, text, type Setting, type ValuesOf } from "@drumline/core/config";

import type { LabelAddress } from "./plan-label.ts";

const PARTS = ["company", "name", "line1", "line2", "postalCode", "city", "region", "country"] as const;

const sender: Setting<LabelAddress> = {
  ...text("SHOP_SENDER", {
    fallback: "name=The shop;line1=Keizersgracht 1;postalCode=1015 CC;city=Amsterdam;country=NL",
    about: `Who parcels come from, on labels: ${PARTS.join(", ")}, as name=value, parted by semicolons.`,
    example: "company=Example BV;line1=Keizersgracht 1;postalCode=1015 CC;city=Amsterdam;country=NL",
  }),
  parse: parseSender,
};

/** Env keys of labels. */
export const labelSettings = {
  shopSender: sender,
  shopLabelBatchSize: integer("SHOP_LABEL_BATCH_SIZE", {
    fallback: 100,
    min: 1,
    max: 1_000,
    about: "Labels that one batch buys; a worker holds their pictures in memory.",
  }),
} as const;

export type LabelSettings = ValuesOf<typeof labelSettings>;

/** Throws an `Error` with the part that is not understood. */
export function parseSender(raw: string): LabelAddress {
  const address = Object.fromEntries(
    raw
      .split(";")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => {
        const at = part.indexOf("=");
        const name = PARTS.find((each) => each === part.slice(0, at).trim());
        if (name === undefined)
          throw new Error(`expected parts such as city=Amsterdam, of ${PARTS.join(", ")}, got "${part}"`);
        return [name, part.slice(at + 1).trim()];
      }),
  ) as LabelAddress;
  if (!address.city || !(address.name ?? address.company)) throw new Error("expected a city, and a name or company");
  return address;
}
