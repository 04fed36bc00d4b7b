import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadEnvFile, parseEnvFile } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";
import { parse } from "dotenv";

const read = (content: string | Buffer) => parseEnvFile(Buffer.from(content as string), ".env", parse);

describe("an env file", () => {
  it("is read as dotenv reads it, with or without a mark of UTF-8", () => {
    const text =
      'A=1\n# a comment\n\n  export B = two # more\nC="x\ny"\nD=\'it"s\'\nE: 5\nF=\n\tG=`a"b\'c`\r\nH=a#b\r\n';
    const values = { A: "1", B: "two", C: "x\ny", D: 'it"s', E: "5", F: "", G: "a\"b'c", H: "a" };
    expect(read(text)).toEqual({ values, problems: [] });
    expect(read(`\uFEFF${text}`)).toEqual({ values, problems: [] });
    expect(read("")).toEqual({ values: {}, problems: [] });
  });

  it("names each line that is none by its number, and repeats nothing of it", () => {
    const { problems } = read(
      'A=1\nDATABASE_URL postgresql://u:TAIL@h/db\nC="x\ny"\nexport\nFOO BAR=TAIL\nE="TAIL\n<<<<<<< HEAD\nF=2\n',
    );
    expect(problems.map(({ key, problem }) => `${key} ${problem}`)).toEqual([
      ".env, line 2 is no KEY=value line",
      ".env, line 5 is no KEY=value line",
      ".env, line 6 is no KEY=value line",
      '.env, line 7 its value begins with " and the quotes are never closed',
      ".env, line 8 is no KEY=value line",
    ]);
    expect(JSON.stringify(problems)).not.toContain("TAIL");
  });

  it.each([
    ["little endian", Buffer.from("\uFEFFA=1\r\nB=2", "utf16le")],
    ["big endian", Buffer.from("\uFEFFA=1", "utf16le").swap16()],
    ["NUL bytes", Buffer.from("A=1\nB=2", "utf16le")],
  ])("in UTF-16 is one problem that says so (%s)", (what, bytes) => {
    expect(read(bytes)).toEqual({
      values: {},
      problems: [
        {
          key: ".env, line 1",
          value: null,
          problem: expect.stringMatching(new RegExp(`UTF-16.*${what}.*expected UTF-8`)),
        },
      ],
    });
  });

  it("says where bytes are not UTF-8", () => {
    const { problems } = read(
      Buffer.concat([Buffer.from("A=1\nNAME=caf"), Buffer.from([0xe9]), Buffer.from("\nB=2\n")]),
    );
    expect(problems).toEqual([
      expect.objectContaining({ key: ".env, line 2", problem: "holds bytes that are not UTF-8" }),
    ]);
  });

  it("is added to the environment, which wins, and told apart from it", () => {
    const before = process.cwd();
    process.chdir(mkdtempSync(join(tmpdir(), "env-file-")));
    try {
      const env: Record<string, string | undefined> = { A: "mine", B: "" };
      expect(loadEnvFile(env, parse)).toEqual({});
      writeFileSync(".env", "A=1\nB=2\nC=3\n");
      expect(loadEnvFile(env, parse)).toEqual({ A: "1", B: "2", C: "3" });
      expect(env).toEqual({ A: "mine", B: "", C: "3" });
    } finally {
      process.chdir(before);
    }
  });
});
