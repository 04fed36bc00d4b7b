import { describe, expect, it } from "@jest/globals";

import { readArgs, toArgsFields, toArgsValues } from "./args-form.ts";

const fields = toArgsFields({
  type: "object",
  properties: {
    platform: { type: "string", enum: ["EU", "US"], description: "Where." },
    months: { type: "integer", default: 6 },
    note: { type: "string" },
    only: { type: "array", items: { type: "string" } },
    force: { type: "boolean" },
  },
  required: ["platform", "months"],
});

describe("the form of a task's arguments", () => {
  it("has a field for each argument, and asks only for what has no default", () => {
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ["platform", "choice", true],
      ["months", "integer", false],
      ["note", "text", false],
      ["only", "json", false],
      ["force", "boolean", false],
    ]);
  });

  it("makes the arguments it was filled from", () => {
    const args = { platform: "EU", months: 3, only: ["a"], force: true };
    expect(readArgs(fields, toArgsValues(fields, args))).toEqual({ args, problems: {} });
  });

  it("leaves out what is empty, and names by field what cannot be read", () => {
    expect(readArgs(fields, { platform: "", months: "1.5", only: "[a", note: "" })).toEqual({
      args: {},
      problems: {
        platform: "is needed",
        months: "is no whole number",
        only: "is no JSON; a text stands in double quotes, a list in []",
      },
    });
  });
});
