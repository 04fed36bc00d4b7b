import { createHash } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import { z } from "zod";

import { toAuthHeaders } from "@drumline/outbound/secrets";
import type { HttpTransport } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";
import type { CategoryVendor } from "./category.sql.ts";
import type { CategoryRecord } from "./plan-tree.ts";

/** A vendor's category data that cannot be had or read: its tree stays as it is. */
export class UnusableCategories extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "UNUSABLE_CATEGORIES" });
  }
}

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_CATEGORIES = 100_000;
const TIMEOUT_MS = 60_000;

// NUL and halves of surrogate pairs are what Postgres cannot keep.
const word = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\0\p{Cs}]*$/u);
const wire = z
  .array(
    z.object({
      code: word(200),
      parent: word(200).nullish(),
      name: word(500),
      slug: word(200).nullish(),
      position: z.int().min(0).max(1_000_000_000).default(0),
    }),
  )
  .max(MOST_CATEGORIES);

/** The vendor's own list of categories. Throws `UnusableCategories`, `Unavailable` or `UnusableAnswer`. */
export async function fetchCategories(
  { outside, secrets, signal }: { outside: HttpTransport; secrets: SecretBox; signal: AbortSignal },
  vendor: CategoryVendor & { readonly url: string },
): Promise<CategoryRecord[]> {
  const { status, text } = await outside.ask(
    {
      system: `categories of ${vendor.code}`,
      method: "GET",
      url: vendor.url,
      headers: { accept: "application/json", ...toAuthHeaders(vendor, `vendor ${vendor.code}`, secrets) },
      timeoutMs: TIMEOUT_MS,
      signal,
    },
    { maxBytes: MOST_BYTES },
  );
  if (status !== 200) throw new UnusableCategories(`category_url answered ${status}, expected 200.`);
  const parsed = wire.safeParse(parseJson(text));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new UnusableCategories(`category_url does not answer a list of categories: ${path.join(".")}: ${message}`);
  }
  return parsed.data.map(({ parent = null, slug = null, ...record }) => ({ ...record, parent, slug }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableCategories(`category_url answered 200 with something that is not JSON (an error page?)`);
  }
}

/** The categories that product paths such as `Home > Kitchen` speak of, each with the ones above it. */
export function toRecords(paths: readonly string[]): CategoryRecord[] {
  const records = new Map<string, CategoryRecord>();
  for (const path of paths) {
    const names = path
      .split(">")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    let parent: string | null = null;
    for (const name of names) {
      const code: string = parent === null ? name : `${parent} > ${name}`;
      if (!records.has(code)) records.set(code, { code, parent, name, slug: null, position: 0 });
      parent = code;
    }
  }
  return [...records.values()];
}

/** Of the data whatever its order: the same hash, the same tree. */
export function hashOfCategories(records: readonly CategoryRecord[]): string {
  const rows = records.map(({ code, parent, name, slug, position }) =>
    JSON.stringify([code, parent, name, slug, position]),
  );
  return createHash("sha256").update(rows.sort().join("\n")).digest("hex");
}
