import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

import { describe, expect, it } from "@jest/globals";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const SCRIPT = `${read("render-overview.js").replaceAll(/^export /gm, "")}\n${read("refresh.js")}`;
const OVERVIEW = {
  at: "2026-11-26T00:00:00Z",
  ready: true,
  reasons: [],
  counters: null,
  processes: [],
  schedules: [],
  runs: [],
  queues: [],
};

/** The page's script in a browser that is played: what it asked, what it keeps and what it shows. */
function openPage(url: string, answer: (path: string) => { status: number; body: object }) {
  const { pathname, hash } = new URL(url);
  const kept = new Map<string, string>();
  const elements = { overview: { innerHTML: "" }, freshness: { dataset: {} as Record<string, string> } };
  const asked: string[] = [];
  const went: string[] = [];
  const window = createContext({
    document: {
      hidden: false,
      title: "",
      addEventListener: () => undefined,
      getElementById: (id: "overview" | "freshness") => elements[id],
    },
    window: { addEventListener: () => undefined },
    location: { pathname, hash, replace: (to: string) => went.push(to) },
    history: { replaceState: () => undefined },
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    },
    fetch: async (path: string) => {
      asked.push(path);
      const { status, body } = answer(path);
      return { status, ok: status < 400, json: async () => body };
    },
    AbortSignal,
    URLSearchParams,
    getSelection: () => "",
    setInterval: () => 0,
    setTimeout: () => 0,
  });
  runInContext(SCRIPT, window);
  return { asked, went, kept, elements, refresh: () => runInContext("refreshWhenSeen()", window) as Promise<void> };
}

describe("the status page's script", () => {
  it.each([429, 503])(
    "keeps its token and what it shows when it is answered %i, and says why it waits",
    async (status) => {
      let isLimited = false;
      const page = openPage("https://host/#token=t", () =>
        isLimited ? { status, body: { detail: "More than 3 requests in a minute" } } : { status: 200, body: OVERVIEW },
      );
      await page.refresh();
      isLimited = true;
      await page.refresh();
      expect(page.kept.get("drumline-token")).toBe("t");
      expect(page.elements.overview.innerHTML).toContain("Latest runs");
      expect(page.elements.freshness.dataset["stale"]).toBe("More than 3 requests in a minute");
    },
  );

  it("throws a token away that is wrong, and asks for another", async () => {
    const page = openPage("https://host/#token=t", (path) =>
      path.endsWith("overview")
        ? { status: 401, body: { detail: "unknown or revoked" } }
        : { status: 200, body: OVERVIEW },
    );
    await page.refresh();
    expect(page.kept.size).toBe(0);
    expect(page.elements.overview.innerHTML).toContain("unknown or revoked");
  });

  it("asks for everything relative to the page, and goes to the address with a slash where a proxy left it out", async () => {
    const page = openPage("https://host/ops#token=t", () => ({ status: 200, body: OVERVIEW }));
    await page.refresh();
    expect(page.went).toEqual(["/ops/#token=t"]);
    expect(new Set(page.asked)).toEqual(new Set(["api/v1/overview"]));
    const shown = `${SCRIPT}${read("status-page.html")}`;
    expect(shown).not.toMatch(/(?:href=|fetch\(|ask\()["'`]\//);
  });
});
