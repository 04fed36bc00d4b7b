import { describe, expect, it } from "@jest/globals";

import { formatTable } from "./table.ts";

describe("formatTable", () => {
  it("lines the columns up and leaves no blanks at the end of a line", () => {
    const rows = [
      ["fulfil-waiting-orders", "on"],
      ["short", ""],
    ];
    expect(formatTable(["key", "state"], rows)).toBe(
      ["KEY                    STATE", "fulfil-waiting-orders  on", "short"].join("\n"),
    );
  });

  it("prints the header alone when there is no row", () => {
    expect(formatTable(["key", "state"], [])).toBe("KEY  STATE");
  });

  it("keeps a cell on its line and makes its controls visible, so that no cell looks like another row", () => {
    expect(formatTable(["key", "result"], [["a\u001b[2J", "answered 500:\r\nb  FINISHED"]])).toBe(
      ["KEY         RESULT", "a\\u001b[2J  answered 500: b  FINISHED"].join("\n"),
    );
  });
});
