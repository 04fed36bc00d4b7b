import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import {
  BadMapping,
  createMappingRunner,
  type MappedRecord,
  type MappingLimits,
  type MappingRunner,
  RecordNotMapped,
} from "./index.ts";

let runner: MappingRunner;
afterEach(() => runner?.close());

const open = (limits: Partial<MappingLimits> & { children?: number } = {}) =>
  (runner = createMappingRunner({ children: 1, ...limits }));

async function mapAll(expression: string, records: readonly object[]): Promise<(MappedRecord & { value?: unknown })[]> {
  const mapping = await runner.openMapping(expression);
  const mapped = [];
  for await (const record of mapping.mapAll(records as never)) mapped.push(record);
  return mapped;
}

const valuesOf = (mapped: readonly MappedRecord[]) =>
  mapped.map((record) => (record.error === null ? record.value : record.error.isRunaway ? "runaway" : "bad"));

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync("ps", ["--ppid", String(pid), "-o", "pid=", "-o", "args="])
      .toString()
      .split("\n")
      .filter((line) => line.includes("mapping/child.js"))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return [];
  }
};

describe("a mapping", () => {
  it("maps record after record, in order, over several batches and children", async () => {
    open({ children: 2 });
    const records = Array.from({ length: 500 }, (_, n) => ({ pk: n, lines: [{ price: n, n: 2 }] }));
    const mapped = await mapAll('{"id": $string(pk), "total": $sum(lines.(price * n))}', records);
    expect(valuesOf(mapped)).toEqual(records.map(({ pk }) => ({ id: String(pk), total: pk * 2 })));
  });

  it("is the record itself where there is none", async () => {
    open();
    const mapping = await runner.openMapping(null);
    for await (const record of mapping.mapAll([{ a: 1 }])) expect(record).toMatchObject({ value: { a: 1 } });
  });

  it.each([
    ["is no JSONata", '{"a": }', /not valid JSONata: .*\(at \d+\)/],
    ["is too long", `"${"x".repeat(70_000)}"`, /70002 characters, 65536 are allowed/],
  ])("that %s says so", async (_what, expression, message) => {
    open();
    await expect(runner.openMapping(expression)).rejects.toThrow(BadMapping);
    await expect(runner.openMapping(expression)).rejects.toThrow(message);
  });

  it("that is no JSONata says where, for whoever shows it", async () => {
    open();
    await expect(runner.openMapping('{"a": }')).rejects.toMatchObject({ position: 7 });
  });

  it("whose reading takes too much is bad, and costs nobody else", async () => {
    open({ maxExpressionCharacters: 50_000_000 });
    await expect(runner.openMapping(`[${"1,".repeat(10_000_000)}1]`)).rejects.toThrow(BadMapping);
    expect(valuesOf(await mapAll("a", [{ a: 1 }]))).toEqual([1]);
  });

  it("that fails for a record goes on with the next", async () => {
    open();
    const mapped = await mapAll("$number(n)", [{ n: "x" }, { n: "3" }]);
    expect(mapped[0]!.error).toBeInstanceOf(RecordNotMapped);
    expect(valuesOf(mapped)).toEqual(["bad", 3]);
  });

  it("that fails for a record says where in the expression, as far as anybody knows", async () => {
    open();
    const positionOf = async (expression: string, record: object) =>
      (await mapAll(expression, [record]))[0]!.error!.position;
    const expression = '{"n": n ~> $round, "m": $number(m)}';
    const [failed] = await mapAll(expression, [{ n: 1, m: "x" }]);
    const end = expression.indexOf("$number") + "$number(".length;
    expect(failed!.error).toMatchObject({ position: end });
    expect(failed!.error!.message.endsWith(`"x" (at ${end})`)).toBe(true);
    expect(await positionOf('1 + $error("no")', {})).toBe(11);
    expect(await positionOf("$number(n) * 1", { n: "9007199254740993" })).toBeNull();
  });

  it("reaches nothing of the process it runs in", async () => {
    open();
    const probes = "[$exists($process), $exists($require), $exists(process), $exists(constructor.constructor)]";
    expect(valuesOf(await mapAll(probes, [{}]))).toEqual([[false, false, false, false]]);
  });

  it("keeps digits that a number cannot hold, and refuses numbers that it rounded itself", async () => {
    open();
    const records = [{ no: "820982911946154508" }];
    expect(valuesOf(await mapAll("$string(no)", records))).toEqual(["820982911946154508"]);
    const [rounded] = await mapAll("$number(no)", records);
    expect(rounded!.error!.message).toMatch(/number 820982911946154\d{3}, which cannot be kept exactly/);
  });
});

describe("a record that is too much for its process", () => {
  const RUNAWAYS = [
    ["one huge string", '$pad("", 500000000, "x")'],
    ["a string doubled again and again", "($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d('x', 28))"],
    ["70 MB as base64", '$base64encode($pad("", 70000000, "x"))'],
    ["endless recursion", "($f := function($x) { $f($x + 1) }; $f(1))"],
    ["a regular expression that never ends", "$contains($join([1..40].('a')) & '!', /^(a+)+$/)"],
    ["a list without end", "($f := function($x) { $f($append($x, [1..100000])) }; $f([]))"],
  ] as const;

  it.each(RUNAWAYS)("by %s is ended alone; its neighbours are mapped", async (_what, runaway) => {
    open({ timeLimitMs: 500 });
    const records = Array.from({ length: 60 }, (_, n) => ({ n, runaway: n === 20 }));
    const mapped = await mapAll(`runaway ? ${runaway} : n`, records);
    const values = valuesOf(mapped);
    expect(values[20]).toMatch(/runaway|bad/);
    expect(values.filter((value) => typeof value === "number")).toHaveLength(59);
  });

  it.each([
    ["makes too much of it", '$pad("", 2000000, "x")', /made 2000002 characters of a record, 1000000 are allowed/],
    ["speaks too long of it", '$error($pad("", 2000000, "x"))', /^.{200,600}$/],
    ["makes a depth that nothing could keep", "$eval($pad('', 300, '[') & '1' & $pad('', 300, ']'))", /levels deep/],
  ])("is refused where the mapping %s", async (_what, expression, message) => {
    open();
    const [mapped] = await mapAll(expression, [{}]);
    expect(mapped!.error!.message).toMatch(message);
  });

  it("is refused unsent where it is too large", async () => {
    open();
    const [large, small] = await mapAll("$length(text)", [{ text: "x".repeat(2_000_000) }, { text: "x" }]);
    expect(large!.error!.message).toMatch(/has 2000011 characters, 1000000 are allowed/);
    expect(small).toMatchObject({ value: 1 });
  });

  it("does not hold up another mapping for longer than its turn", async () => {
    open({ timeLimitMs: 2_000 });
    const ended: string[] = [];
    await Promise.all([
      mapAll(
        "$sum([1..100000].($ * 2))",
        Array.from({ length: 60 }, () => ({})),
      ).then(() => ended.push("long")),
      mapAll("a", [{ a: 1 }]).then(() => ended.push("short")),
    ]);
    expect(ended).toEqual(["short", "long"]);
  });

  it("is given up when its reader stops reading", async () => {
    open({ timeLimitMs: 200 });
    const mapping = await runner.openMapping("$contains($join([1..40].('a')) & '!', /^(a+)+$/)");
    let read = 0;
    for await (const { error } of mapping.mapAll(Array.from({ length: 1_000 }, () => ({})))) {
      expect(error?.isRunaway).toBe(true);
      read += 1;
      if (read === 2) break;
    }
    expect(valuesOf(await mapAll("a", [{ a: 1 }]))).toEqual([1]);
  });
});

describe("the processes of a mapping runner", () => {
  it("are replaced after so many records, and when somebody kills them", async () => {
    open({ recordsPerChild: 100 });
    const before = childrenOf(process.pid);
    await mapAll("n", [{ n: 1 }]);
    const first = childrenOf(process.pid).find((pid) => !before.includes(pid));
    process.kill(first!, "SIGKILL");
    expect(valuesOf(await mapAll("n", [{ n: 2 }]))).toEqual([2]);
    const second = childrenOf(process.pid).find((pid) => !before.includes(pid));
    expect(second).not.toBe(first);
    await mapAll(
      "n",
      Array.from({ length: 150 }, (_, n) => ({ n })),
    );
    expect(childrenOf(process.pid)).not.toContain(second);
  });

  it("end when they have had nothing to do, and when the runner closes", async () => {
    open({ idleMs: 50 });
    const before = childrenOf(process.pid);
    await mapAll("n", [{ n: 1 }]);
    await untilTrue(() => childrenOf(process.pid).every((pid) => before.includes(pid)), {
      what: "the idle child ended",
    });
    runner.close();
    await expect(runner.openMapping("n")).rejects.toThrow(/the process is stopping/);
  });

  it.each(["SIGKILL", "SIGTERM"] as const)(
    "end with the process that maps, also from within an endless record: %s",
    async (signal) => {
      const script = fileURLToPath(new URL("../../test/children/map-for-ever.ts", import.meta.url));
      const parent = spawn(process.execPath, ["--import", "tsx", script], { stdio: ["ignore", "pipe", "inherit"] });
      await once(parent.stdout, "data");
      const [child] = childrenOf(parent.pid!);
      parent.kill(signal);
      await once(parent, "exit");
      await untilTrue(() => !isAlive(child!), { what: "the child ended" });
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
