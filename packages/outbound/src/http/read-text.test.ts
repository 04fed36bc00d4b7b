import type { RawAnswer } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { openRawOutside } from "../../test/raw-outside.ts";

const outside = openRawOutside();
afterEach(outside.close);

describe("the charset", () => {
  const withType =
    (type: string, body: Buffer): RawAnswer =>
    (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    };
  it.each([
    ["application/json; charset=iso-8859-1", Buffer.from('"caf\u00e9"', "latin1"), "café"],
    ["application/json;charset=UTF-8", Buffer.from('"café"'), "café"],
    ['application/json; charset="utf-16le"', Buffer.from('"café"', "utf16le"), "café"],
    ["application/json", Buffer.from('\ufeff"café"'), "café"],
  ])("of %s is read", async (type, body, text) => {
    const { url } = await outside.serve(withType(type, body));
    expect(await outside.client(url).get("/", {})).toBe(text);
  });
});
