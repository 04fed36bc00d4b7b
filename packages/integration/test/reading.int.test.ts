import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { AT, type TwoSystems, twoSystems } from "./two-systems.ts";

describe("reading an incoming configuration", () => {
  let systems: TwoSystems;
  const folder = mkdtempSync(join(tmpdir(), "drumline integration "));
  beforeAll(async () => {
    systems = await twoSystems(folder);
  });
  afterAll(async () => {
    await systems.close();
    rmSync(folder, { recursive: true });
  });

  const read = (incoming: string) => systems.run("integration.tasks.run_incoming", { incoming });
  const add = async (name: string, source: object) => {
    const id = await systems.addIncoming(name, source);
    return { id, route: await systems.addRoute(name, id) };
  };
  const payloads = async (routeId: bigint) =>
    (await systems.db.integrationTask.findMany({ where: { routeId }, orderBy: { id: "asc" } })).map(
      ({ payload }) => payload,
    );

  it("keeps a bad record as one failed task, once, and takes in the others with numbers as they are", async () => {
    const { other } = systems;
    const { route } = await add("mixed", {
      kind: "http",
      url: `${other.url}/mixed`,
      records: "records",
      entity: "id",
      changed: "at",
    });
    const big = "x".repeat(300 * 1_024);
    other.pages = () =>
      `{"records": [{"id": 1, "total": 9007199254740993}, {"name": "no id"}, {"id": 2, "text": "a\\u0000b"}, {"id": 3, "text": "\\ud83d", "at": "2026-01-01\\u0000"},
        {"id": 4, "big": "${big}"}, {"id": 5, "text": "🚚", "none": null}]}`;
    const { result, problems } = await read("mixed");
    expect(result).toMatchObject({ records: 6, tasks: 6, failed: 3, rejected: 1 });
    expect(problems).toHaveLength(4);
    expect(await systems.statuses(route)).toEqual({ NEW: 2, FAILED: 3, REJECTED: 1 });
    expect(await payloads(route)).toEqual([
      { id: 1, total: "9007199254740993" },
      null,
      null,
      null,
      null,
      { id: 5, text: "🚚", none: null },
    ]);
    const rejected = await systems.db.integrationTask.findFirstOrThrow({
      where: { routeId: route, status: "REJECTED" },
    });
    expect((rejected.importLog as { excerpt: string }).excerpt).toHaveLength(1_000);
    expect((await read("mixed")).result).toMatchObject({ tasks: 0, repeated: 6 });
  });

  it("reads on by change without loss: instants that are equal at the edge of a page, a look back, an older version", async () => {
    const { other, db } = systems;
    const rows = [...Array(25).keys()].map((no) => ({
      id: `r${no}`,
      at: new Date(AT.getTime() + Math.floor(no / 4) * 1_000).toISOString(),
    }));
    const { id, route } = await add("changed", {
      kind: "http",
      url: `${other.url}/changed`,
      records: "rows",
      entity: "id",
      changed: "at",
      pageSize: 5,
      paging: { kind: "changed" },
    });
    other.pages = (query) => {
      const since = query.get("since") ?? "";
      return { rows: rows.filter(({ at }) => at >= since).slice(0, 5) };
    };
    expect((await read("changed")).result).toMatchObject({ failed: 0 });
    expect(await systems.statuses(route)).toEqual({ NEW: 25 });
    const { position } = (await db.integrationCursor.findUnique({ where: { incomingId: id } }))!;
    expect(position).toEqual({ changed: rows[24]!.at, id: "r24" });

    rows.push({ id: "r3", at: new Date(AT.getTime() + 60_000).toISOString() }, { id: "r9", at: AT.toISOString() });
    rows.sort((left, right) => (left.at < right.at ? -1 : 1));
    other.pages = () => ({ rows: rows.filter(({ id: name }) => name === "r3" || name === "r9").slice(-4) });
    expect((await read("changed")).result).toMatchObject({ tasks: 2, skipped: 1 });
    expect(await systems.statuses(route)).toEqual({ NEW: 26, SKIPPED: 1 });
  });

  it("stays where it is, and says so, where a full page is not in order or is all of one instant", async () => {
    const { other, db } = systems;
    const source = {
      kind: "http",
      url: `${other.url}/odd`,
      entity: "id",
      changed: "at",
      pageSize: 2,
      paging: { kind: "changed" },
    };
    const { id, route } = await add("odd", source);
    other.pages = () => [
      { id: 1, at: 1_700_000_100 },
      { id: 2, at: 1_700_000_000 },
    ];
    const { problems } = await read("odd");
    expect(problems.map(({ error }) => error).join()).toMatch(/not ordered by change/);
    expect((await db.integrationCursor.findUnique({ where: { incomingId: id } }))!.position).toEqual({});
    other.pages = () => [
      { id: 3, at: 1_700_000_100 },
      { id: 4, at: 1_700_000_100 },
    ];
    expect((await read("odd")).problems[0]!.error).toMatch(/of one instant/);
    expect(await systems.statuses(route)).toEqual({ NEW: 4 });
  });

  it("takes in nothing twice where two runs read at once, and nothing of an answer that is no list", async () => {
    const { other } = systems;
    const { route } = await add("twice", { kind: "http", url: `${other.url}/twice`, entity: "id" });
    other.pages = () => [...Array(50).keys()].map((id) => ({ id }));
    await Promise.all([read("twice"), read("twice"), read("twice")]);
    expect(await systems.statuses(route)).toEqual({ NEW: 50 });
    other.pages = () => "<html>Sign in</html>";
    await expect(read("twice")).rejects.toThrow(/did not answer a page/);
  });

  it("says of a page that is too long how to ask for less, and stays where it is", async () => {
    const { other, db } = systems;
    const source = { kind: "http", url: `${other.url}/long`, entity: "id", paging: { kind: "page" } };
    const { id } = await add("long", source);
    other.pages = (query) =>
      [...Array(Number(query.get("limit") ?? 100)).keys()].map((no) => ({ id: no, x: "x".repeat(30_000) }));
    await expect(read("long")).rejects.toThrow(
      'sent a page of more than 2 MiB, the most that one may have. Of the incoming "long", "pageSize" is 100, asked for as "limit"',
    );
    const set = (changes: object) =>
      db.integrationIncoming.update({ where: { id }, data: { source: { ...source, ...changes } } });
    await set({ paging: { kind: "page", sizeParameter: null } });
    await expect(read("long")).rejects.toThrow(/names no "sizeParameter"/);
    await set({ paging: { kind: "none" } });
    await expect(read("long")).rejects.toThrow(/give its source a "paging"/);
    other.pages = (query) =>
      query.get("page") === "1" ? [...Array(10).keys()].map((no) => ({ id: no, x: "x".repeat(30_000) })) : [];
    await set({ pageSize: 10 });
    expect((await read("long")).result).toMatchObject({ pages: 2, records: 10 });
  });

  it("reads drop folders: CSV with a byte order mark and rows per product, XML, and puts aside what it cannot read", async () => {
    const drop = (name: string, text: string) => {
      mkdirSync(join(folder, "products"), { recursive: true });
      const path = join(folder, "products", name);
      writeFileSync(path, text);
      utimesSync(path, new Date(0), new Date(0));
    };
    const csv = {
      kind: "file",
      folder: "products",
      format: "csv",
      entity: "Handle",
      csv: { delimiter: ",", groupBy: "Handle" },
    };
    const { route } = await add("products", csv);
    drop(
      "1.csv",
      '\ufeffHandle,Title,Size\r\nshirt,"A ""fine"" shirt,\nblue",S\r\nshirt,,M\r\nhat,Hat,\r\nbad,row\r\n',
    );
    drop("2.csv", "Handle,Handle\na,b\n");
    drop("3.csv.part", "half");
    const { result, problems } = await read("products");
    expect(result).toMatchObject({ records: 3, failed: 1 });
    expect(problems.map(({ recordId }) => recordId)).toContain("2.csv");
    expect(await payloads(route)).toEqual([
      {
        Handle: "shirt",
        rows: [
          { Handle: "shirt", Title: 'A "fine" shirt,\nblue', Size: "S" },
          { Handle: "shirt", Title: "", Size: "M" },
        ],
      },
      { Handle: "hat", rows: [{ Handle: "hat", Title: "Hat", Size: "" }] },
      null,
    ]);
    expect(readdirSync(join(folder, "products")).toSorted()).toEqual(["3.csv.part", "done", "failed"]);
    await expect(
      systems.addIncoming("outside", { kind: "file", folder: "../etc" }).then(async (id) => {
        await systems.addRoute("outside", id);
        return await read("outside");
      }),
    ).rejects.toThrow(/outside of INTEGRATION_FOLDER/);
  });

  it("reads XML, and JSON that was made of XML, where one record is no list and none is an empty object", async () => {
    const { other } = systems;
    const xml = { kind: "http", url: `${other.url}/xml`, format: "xml", records: "Orders.Order", entity: "@id" };
    const { route } = await add("xml", xml);
    other.pages = () => '<?xml version="1.0"?><Orders><Order id="1"><Line>a &amp; b</Line><Line/></Order></Orders>';
    await read("xml");
    other.pages = () => "<Orders/>";
    expect((await read("xml")).result).toMatchObject({ records: 0 });
    expect(await payloads(route)).toEqual([{ "@id": "1", Line: ["a & b", ""] }]);
    other.pages = () => '<!DOCTYPE a [<!ENTITY b "c">]><Orders/>';
    await expect(read("xml")).rejects.toThrow(/document type/);

    const json = await add("postnl", {
      kind: "http",
      url: `${other.url}/json`,
      records: "Result.Shipments.Shipment",
      entity: "Id",
    });
    for (const shipments of [
      { Shipment: { Id: 1 } },
      { Shipment: [{ Id: 2 }, { Id: 3 }] },
      {},
      { Shipment: {} },
      { Shipment: "" },
    ]) {
      other.pages = () => ({ Result: { Shipments: shipments } });
      await read("postnl");
    }
    expect(await payloads(json.route)).toEqual([{ Id: 1 }, { Id: 2 }, { Id: 3 }]);
  });
});
