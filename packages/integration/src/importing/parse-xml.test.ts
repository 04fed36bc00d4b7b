import { UnreadableJson } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";

import { parseXml } from "./parse-xml.ts";

describe("XML", () => {
  it.each([
    ["an element with a text", "<a>b</a>", { a: "b" }],
    ["one with nothing in it", "<a/>", { a: "" }],
    ["one with spaces alone", "<a>  \n </a>", { a: "" }],
    ["text with spaces around it, which may mean something", "<a> b </a>", { a: " b " }],
    ["children, those of one name as a list", "<a><b>1</b><c/><b>2</b></a>", { a: { b: ["1", "2"], c: "" } }],
    ["attributes in both kinds of quotes", `<a x="1" y='"2"'/>`, { a: { "@x": "1", "@y": '"2"' } }],
    ["attributes and text", '<a x="1"> b </a>', { a: { "@x": "1", "#text": "b" } }],
    ["text between children", "<a>b<c/>d</a>", { a: { c: "", "#text": "bd" } }],
    ["entities and characters by number", "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;</a>", { a: "<&>\"'A😀" }],
    ["an ampersand that begins nothing", "<a>b & c</a>", { a: "b & c" }],
    ["CDATA as it is", "<a><![CDATA[<b>&amp;</b>]]></a>", { a: "<b>&amp;</b>" }],
    ["no comments, nor instructions", '<?xml version="1.0"?><!-- <b/> --><a><?x y?><!-- c --></a>', { a: "" }],
    [
      "names with a prefix as they are",
      '<s:a xmlns:s="u"><s:b>1</s:b></s:a>',
      { "s:a": { "@xmlns:s": "u", "s:b": "1" } },
    ],
    ["a name that objects have anyway", "<a><__proto__>1</__proto__><constructor>2</constructor></a>", null],
  ])("is read as JSON: %s", (_what, xml, value) => {
    const read = parseXml(xml);
    if (value === null) {
      const { a } = read as unknown as { a: object };
      expect(Object.entries(a)).toEqual([
        ["__proto__", "1"],
        ["constructor", "2"],
      ]);
      expect(Object.getPrototypeOf(a)).toBe(Object.prototype);
    } else expect(read).toEqual(value);
  });

  it.each([
    ["text outside of its root", "hello <a/>", /text outside of its root/, 0],
    ["two roots", "<a/><b/>", /no single root element/, 8],
    ["nothing", "", /no single root element/, 0],
    ["an end too many", "<a></a></a>", /closes a where nothing is open/, 7],
    ["another end", "<a><b></a></b>", /closes a where b is open/, 6],
    ["no end", "<a><b></b>", /ends inside of a/, 10],
    ["a beginning that breaks off", '<a><b x="1"', /ends inside of <b/, 3],
    ["a comment that breaks off", "<a><!-- </a>", /breaks off before "-->"/, 3],
    ["an attribute without quotes", "<a x=1/>", /attribute x without quotes/, 5],
    ["an attribute without a value", "<a x/>", /attribute x without a value/, 4],
    ["an element without a name", "<a><></>", /no name/, 4],
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /document type, which is not read/, 0],
    ["an entity that nobody knows", "<a>&nbsp;</a>", /unknown entity &nbsp;/, 3],
    ["a character beyond all", "<a>&#x110000;</a>", /the character &#x110000;/, 3],
  ])("is refused with the place of %s", (_what, xml, message, position) => {
    const refused = refusalOf(xml);
    expect(refused.message).toMatch(message);
    expect(refused.position).toBe(position);
  });

  it("is refused where it is deeper or holds more than can be worked on", () => {
    const deep = (levels: number) => `${"<a>".repeat(levels)}${"</a>".repeat(levels)}`;
    expect(() => parseXml(deep(100))).not.toThrow();
    expect(refusalOf(deep(101)).message).toMatch(/more than 100 levels deep/);
    expect(refusalOf(`<a>${"<b/>".repeat(400_000)}</a>`).message).toMatch(/more than 400000 elements/);
  });
});

function refusalOf(xml: string): UnreadableJson {
  try {
    parseXml(xml);
  } catch (error) {
    if (error instanceof UnreadableJson) return error;
    throw error;
  }
  throw new Error(`${xml.slice(0, 40)} was read`);
}
