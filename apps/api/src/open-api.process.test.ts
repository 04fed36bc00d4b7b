import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../../..");
const DOCUMENT = join(root, "docs/openapi.json");
const METHODS = ["get", "post", "patch", "put", "delete"];

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

/** Typed use of the generated client types: it compiles only where the document says these names and types. */
const CLIENT = `
import type { components, paths } from "./api.ts";

type Page = paths["/api/v1/runs"]["get"]["responses"][200]["content"]["application/json"];
export const idsOf = (page: Page): readonly string[] => page.items.map(({ id }) => id);
export const cursorOf = (page: Page): string | null => page.nextCursor;
export const trackingOf = ({ shipment }: components["schemas"]["Package"]): string | null => shipment?.trackingNumber ?? null;
export const detailOf = (
  problem: paths["/api/v1/runs/{id}"]["get"]["responses"][404]["content"]["application/problem+json"],
): string => problem.detail;
`;

describe("docs/openapi.json", () => {
  let text: string;
  let operations: (readonly [string, Operation])[];
  let directory: string;
  beforeAll(async () => {
    text = await readFile(DOCUMENT, "utf8");
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      METHODS.flatMap((method) =>
        methods[method] === undefined ? [] : ([[`${method} ${path}`, methods[method]]] as const),
      ),
    );
    directory = await mkdtemp(join(tmpdir(), "drumline-openapi-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("refers to nothing that is not there", () => {
    const { schemas } = (JSON.parse(text) as { components: { schemas: object } }).components;
    const names = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !Object.keys(schemas).some((id) => name === `#/components/schemas/${id}`))).toEqual(
      [],
    );
  });

  it("gives every route a summary, a tag, a success and the problems it may answer", () => {
    expect(operations.length).toBeGreaterThan(30);
    const wanting = operations.filter(([, { summary, tags, security, parameters, requestBody, responses }]) => {
      const guarded = security === undefined ? [] : ["401", "403", "429"];
      const taking = parameters === undefined && requestBody === undefined ? [] : ["400"];
      const missing = [...guarded, ...taking].filter((status) => responses[status] === undefined);
      // Where a browser is only sent on, that is what it came for.
      const succeeds = Object.keys(responses).some((status) => status.startsWith("2") || status === "302");
      return summary === undefined || tags?.length !== 1 || !succeeds || missing.length > 0;
    });
    expect(wanting.map(([name]) => name)).toEqual([]);
  });

  it("becomes types of a client, and code that uses them compiles", async () => {
    const require = createRequire(import.meta.url);
    const generator = join(dirname(require.resolve("openapi-typescript/package.json")), "bin/cli.js");
    await run(process.execPath, [generator, DOCUMENT, "--output", join(directory, "api.ts")]);
    await writeFile(join(directory, "client.ts"), CLIENT);
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--allowImportingTsExtensions", "--skipLibCheck", "--types", ""];
    // In a directory without a tsconfig.json, which would have to be left out on purpose.
    await run(process.execPath, [compiler, ...options, "client.ts"], { cwd: directory });
  });
});
