import type { JsonValue } from "@drumline/core/task";
import { UnreadableJson } from "@drumline/core/text";

const MOST_LEVELS = 100;
const MOST_ELEMENTS = 400_000;
const NAME = /[^\s/>=]+/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

interface Element {
  readonly name: string;
  readonly members: [string, JsonValue][];
  text: string;
}

/**
 * XML as JSON: an element is the text in it, or an object of its children (those of one name as a list) with its attributes
 * as `@name` and its own text as `#text`; one without anything is "". No document type is read, and so no entity of its own.
 * @throws {UnreadableJson} with the position
 */
export function parseXml(xml: string): JsonValue {
  const root: Element = { name: "", members: [], text: "" };
  const open: Element[] = [root];
  let at = 0;
  let elements = 0;
  const fail = (problem: string, position = at): never => {
    throw new UnreadableJson(problem, position);
  };
  const endOf = (mark: string, from: number): number => {
    const found = xml.indexOf(mark, from);
    return found === -1 ? fail(`is XML that breaks off before "${mark}"`) : found;
  };

  while (at < xml.length) {
    const element = open.at(-1)!;
    if (xml[at] !== "<") {
      const next = xml.indexOf("<", at);
      const to = next === -1 ? xml.length : next;
      const text = decode(xml.slice(at, to));
      if (element === root && text.trim() !== "") fail("is no XML: there is text outside of its root element");
      element.text += text;
      at = to;
    } else if (xml.startsWith("<!--", at)) at = endOf("-->", at + 4) + 3;
    else if (xml.startsWith("<![CDATA[", at)) {
      const to = endOf("]]>", at);
      element.text += xml.slice(at + 9, to);
      at = to + 3;
    } else if (xml.startsWith("<?", at)) at = endOf("?>", at) + 2;
    else if (xml.startsWith("<!", at)) fail("is XML with a document type, which is not read");
    else if (xml.startsWith("</", at)) {
      const to = endOf(">", at);
      const name = xml.slice(at + 2, to).trim();
      if (open.length === 1 || name !== element.name)
        fail(`is XML that closes ${name} where ${element.name || "nothing"} is open`);
      at = to + 1;
      close();
    } else openElement();
  }
  if (open.length > 1) fail(`is XML that ends inside of ${open.at(-1)!.name}`);
  if (root.members.length !== 1) fail("is no XML: it has no single root element");
  return toValue({ ...root, text: "" });

  function openElement(): void {
    const begin = at;
    const name = readName(at + 1);
    const element: Element = { name, members: [], text: "" };
    elements += 1;
    if (open.length > MOST_LEVELS) fail(`is more than ${MOST_LEVELS} levels deep`, begin);
    if (elements > MOST_ELEMENTS) fail(`holds more than ${MOST_ELEMENTS} elements`, begin);
    for (;;) {
      while (/\s/.test(xml[at] ?? "")) at += 1;
      if (at >= xml.length) fail(`is XML that ends inside of <${name}`, begin);
      if (xml.startsWith("/>", at) || xml[at] === ">") break;
      readAttribute(element);
    }
    open.push(element);
    const isClosed = xml[at] === "/";
    at += isClosed ? 2 : 1;
    if (isClosed) close();
  }

  function readAttribute(element: Element): void {
    const name = readName(at);
    while (/\s/.test(xml[at] ?? "")) at += 1;
    if (xml[at] !== "=") fail(`is XML with an attribute ${name} without a value`);
    at += 1;
    while (/\s/.test(xml[at] ?? "")) at += 1;
    const quote = xml[at];
    if (quote !== '"' && quote !== "'") return fail(`is XML with an attribute ${name} without quotes`);
    const to = endOf(quote, at + 1);
    element.members.push([`@${name}`, decode(xml.slice(at + 1, to))]);
    at = to + 1;
  }

  function readName(from: number): string {
    NAME.lastIndex = from;
    const found = NAME.exec(xml);
    if (found === null) return fail("is XML with an element that has no name", from);
    at = from + found[0].length;
    return found[0];
  }

  function close(): void {
    const element = open.pop()!;
    open.at(-1)!.members.push([element.name, toValue(element)]);
  }

  function decode(text: string): string {
    if (!text.includes("&")) return text;
    return text.replaceAll(/&([^;\s&]{1,10});/g, (whole, name: string) => {
      const code = /^#x([0-9a-f]+)$/i.test(name)
        ? parseInt(name.slice(2), 16)
        : /^#\d+$/.test(name)
          ? Number(name.slice(1))
          : null;
      if (code !== null)
        return code <= 0x10ffff ? String.fromCodePoint(code) : fail(`is XML with the character ${whole}`);
      return ENTITIES[name] ?? fail(`is XML with the unknown entity ${whole}`);
    });
  }
}

function toValue({ members, text }: Element): JsonValue {
  if (members.length === 0) return text.trim() === text || text.trim() === "" ? text.trim() : text;
  const lists = new Map<string, JsonValue[]>();
  for (const [name, value] of members) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  if (text.trim() !== "") lists.set("#text", [text.trim()]);
  return Object.fromEntries([...lists].map(([name, list]) => [name, list.length === 1 ? list[0]! : list]));
}
