import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { ADMIN_TOKEN, apiUnderTest, type ApiUnderTest } from "./api-under-test.ts";

const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));
/** Notes each answer for the test, and shows it as curl does. */
const NOTING_CURL = `#!/bin/bash
PATH=\${PATH#*:}
body=$(mktemp -p "$NOTES")
curl "$@" -sS -o "$body" -w '%{http_code} %{method} %{url_effective} ' >> "$NOTES/answers"
tr -d '\\n' < "$body" >> "$NOTES/answers"
echo >> "$NOTES/answers"
cat "$body"
`;

let api: ApiUnderTest;
const folder = mkdtempSync(join(tmpdir(), "drumline docs "));

beforeAll(async () => {
  api = await apiUnderTest();
  writeFileSync(join(folder, "curl"), NOTING_CURL, { mode: 0o755 });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const run = async (command: string, args: readonly string[], env: Record<string, string | undefined>) => {
  const child = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  return { code: await ended, said: await text(child.stderr).catch(() => "") };
};

const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, NOTES: folder };

it.each([
  ["integration.md", 8],
  ["shop.md", 6],
  ["stock.md", 1],
  ["ecomnow.md", 5],
  ["webhooks-in.md", 1],
  ["operations.md", 5],
])("what docs/%s asks the api by curl is taken, all %i calls", async (file, calls) => {
  if ((await run("curl", ["--version"], process.env)).code !== 0)
    return void process.stderr.write("skipped: there is no curl on the PATH\n");
  // Listens, and has loaded what jest lets nobody load for a request that it did not send.
  expect((await api.ask("/api/v1/shop/products")).status).toBe(200);
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  const script = scriptOf(readFileSync(join(DOCS, file), "utf8")).replaceAll("http://127.0.0.1:3000", url);
  writeFileSync(join(folder, "answers"), "");
  const ran = await run("bash", ["-eu", "-c", script], {
    ...env,
    TOKEN: ADMIN_TOKEN,
    API_ADMIN_TOKEN: ADMIN_TOKEN,
    API: url,
  });
  const answers = readFileSync(join(folder, "answers"), "utf8").trim().split("\n");
  expect(answers.filter((answer) => !answer.startsWith("2"))).toEqual([]);
  expect([ran.code, ran.said, answers.length]).toEqual([0, "", calls]);
});

/** The blocks of shell that call the api, one after the other: what one of them names is known to those after it. */
const scriptOf = (page: string): string =>
  [...page.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block]) => block!)
    .filter((block) => /\bcurl\b/.test(block))
    .join("\n");
