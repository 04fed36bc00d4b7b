import { jsonReply, type Reply, type Route } from "../http/index.ts";
import { between, seededRandom } from "../seeded-random.ts";
import { listArticles } from "./assortment.ts";
import type { EcomnowState } from "./ecomnow-state.ts";

const EDITION_MS = 60_000;
/** One in so many articles has another stock in each edition. */
const RESTLESS = 20;

/** Vendors with feeds of 200 lines, new every minute; the same until then, as their ETag says. */
export function vendorRoutes({ seed, nowMs }: EcomnowState): Route[] {
  const editionNow = () => Math.floor(nowMs() / EDITION_MS);
  return [
    {
      method: "GET",
      path: "/vendors/:vendor/feed.csv",
      about: "A vendor's feed with product data and stock: CSV, a new edition every minute, ETag",
      auth: "Bearer",
      handle: ({ params, headers }) => feedReply(toCsv, "text/csv", params["vendor"]!, headers["if-none-match"]),
    },
    {
      method: "GET",
      path: "/vendors/:vendor/stock.jsonl",
      about: "A vendor's feed with stock only: JSON lines, a new edition every minute, ETag",
      auth: "Bearer",
      handle: ({ params, headers }) =>
        feedReply(toJsonLines, "application/x-ndjson", params["vendor"]!, headers["if-none-match"]),
    },
    {
      method: "GET",
      path: "/vendors/:vendor/categories",
      about: "A vendor's categories: a list of code, parent, name",
      auth: "Bearer",
      handle: ({ params }) =>
        jsonReply(toCategories(listArticles(seed, params["vendor"]!).map(({ category }) => category))),
    },
  ];

  function feedReply(
    write: (vendor: string, edition: number) => string,
    type: string,
    vendor: string,
    known: string | undefined,
  ): Reply {
    const edition = editionNow();
    const etag = `"${edition}"`;
    if (known === etag) return { status: 304, headers: { etag }, text: "" };
    return { status: 200, headers: { etag, "content-type": `${type}; charset=utf-8` }, text: write(vendor, edition) };
  }

  function toCsv(vendor: string, edition: number): string {
    const lines = listArticles(seed, vendor).map(
      ({ sku, name, category, price }, index) =>
        `${sku},${stockOf(vendor, index, edition)},${name},${category},${price},EUR\n`,
    );
    return `sku,quantity,name,category,price,currency\n${lines.join("")}`;
  }

  function toJsonLines(vendor: string, edition: number): string {
    return listArticles(seed, vendor)
      .map(({ sku }, index) => `${JSON.stringify({ sku, quantity: stockOf(vendor, index, edition) })}\n`)
      .join("");
  }

  function stockOf(vendor: string, index: number, edition: number): number {
    const since = Math.floor((edition + index) / RESTLESS);
    return between(seededRandom(seed, "stock", vendor, index, since), 0, 120);
  }
}

/** Each category that the paths speak of, once, after the one above it. */
function toCategories(paths: readonly string[]): { code: string; parent: string | null; name: string }[] {
  const found = new Map(
    paths.flatMap((path) => {
      const names = path.split(" > ");
      return names.map((name, depth) => {
        const [code, parent] = [names.slice(0, depth + 1).join("/"), names.slice(0, depth).join("/")];
        return [code, { code, parent: depth === 0 ? null : parent, name }] as const;
      });
    }),
  );
  return [...found.values()];
}
