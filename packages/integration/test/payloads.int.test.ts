import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { toArrived } from "../src/importing/plan-page.ts";
import { readRecords } from "../src/importing/read-records.ts";
import { saveArrived } from "../src/importing/save-page.sql.ts";
import { AT, type TwoSystems, twoSystems } from "./two-systems.ts";

const PAYLOADS = fileURLToPath(new URL("../../../../shared/data/payloads/", import.meta.url));
const areThere = existsSync(PAYLOADS);
if (!areThere) process.stderr.write(`skipped: published bodies of real systems are not at ${PAYLOADS}\n`);
const MOST_BYTES = 900 * 1_024;

(areThere || process.env["CI"] === "true" ? describe : describe.skip)("published bodies of real systems", () => {
  let systems: TwoSystems;
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "drumline-payloads-"));
    systems = await twoSystems(folder);
  });
  afterAll(async () => {
    await systems.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["GitHub's webhooks", "github-webhooks"],
    ["Shopify's", "shopify-python/test/fixtures"],
    ["Adyen's", "adyen-node/src/__mocks__/notification"],
    ["Mollie's", "mollie-api-php/src/Fake/Responses"],
    ["Stripe's", "stripe/openapi"],
  ])("%s go in, through a route and out: as many as came, each as it was", async (_, name) => {
    const identifier = name.replaceAll(/[^a-z]/g, "-");
    const id = await systems.addIncoming(identifier, { kind: "webhook" });
    const route = await systems.addRoute(identifier, id, { expressions: ["$"], parallel: 20 });
    const files = readdirSync(join(PAYLOADS, name)).filter((file) => file.endsWith(".json"));
    const bodies = files.map((file) => readFileSync(join(PAYLOADS, name, file), "utf8"));
    // A list is a list of records: what is sent is one of each body's own.
    const wanted: unknown[] = [];
    for (const body of bodies) {
      const source = { format: "json" as const, records: null, csv: { delimiter: ",", groupBy: null } };
      const { records } = await readRecords(body, source);
      const arrived = records.map((record) => toArrived(record, { entity: null, changed: null }, MOST_BYTES));
      const parsed = JSON.parse(body) as unknown;
      wanted.push(...(Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]));
      const page = { incoming: { id, identifier }, routes: [{ id: route }], records: arrived, origin: {} };
      await systems.db.$transaction((tx) => saveArrived(tx, page, AT));
    }
    const unique = [...new Set(wanted.map(inOneOrder))];
    systems.other.received.length = 0;
    await systems.run("integration.tasks.run_route", { route: identifier });
    expect(await systems.statuses(route)).toEqual({ FINISHED: unique.length });
    expect(systems.other.received.map(({ body }) => inOneOrder(body)).toSorted()).toEqual(unique.toSorted());
  });

  it("as CSV are the records that their makers say", async () => {
    const names = readdirSync(join(PAYLOADS, "csv-spectrum/csvs"))
      .map((file) => file.replace(/\.csv$/, ""))
      // Their two files say different things: another telephone number, and line ends of Windows in one of them only.
      .filter((name) => name !== "location_coordinates" && name !== "newlines_crlf");
    mkdirSync(join(folder, "drop"));
    const long = new Date(Date.now() - 60_000);
    for (const name of names) {
      const path = join(folder, "drop", `${name}.csv`);
      writeFileSync(path, readFileSync(join(PAYLOADS, "csv-spectrum/csvs", `${name}.csv`)));
      utimesSync(path, long, long);
    }
    const id = await systems.addIncoming("csv", { kind: "file", folder: "drop", format: "csv" });
    const route = await systems.addRoute("csv", id);
    systems.other.received.length = 0;
    await systems.run("integration.tasks.run_incoming", { incoming: "csv" });
    await systems.run("integration.tasks.run_route", { route: "csv" });
    const wanted = names.flatMap(
      (name) => JSON.parse(readFileSync(join(PAYLOADS, "csv-spectrum/json", `${name}.json`), "utf8")) as object[],
    );
    const unique = [...new Set(wanted.map(inOneOrder))];
    expect(systems.other.received.map(({ body }) => inOneOrder(body)).toSorted()).toEqual(unique.toSorted());
    expect(await systems.statuses(route)).toEqual({ FINISHED: unique.length });
  });
});

/** Whatever order a database keeps members in. */
function inOneOrder(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
