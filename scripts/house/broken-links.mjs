// Links between Markdown files: each leads to a file, and to a heading in it.
import { dirname, join, normalize } from "node:path";

const LINK = /\]\(([^)\s]+)\)/g;

/**
 * The links of a Markdown text that lead nowhere in this repository. What another host holds is not asked for.
 * @param {string} path of the text, from the root of the repository
 * @param {string} text
 * @param {(path: string) => string | null} read the text of a file, "" for a folder, null where there is nothing
 * @returns {{ line: number, link: string, lacks: "file" | "heading" }[]}
 */
export function findBrokenLinks(path, text, read) {
  return withoutCode(text)
    .split("\n")
    .flatMap((line, index) =>
      [...line.matchAll(LINK)].flatMap(([, link]) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [file, heading] = link.split("#");
        const target = file === "" ? path : normalize(join(dirname(path), file));
        const found = file === "" ? text : read(target);
        if (found === null) return [{ line: index + 1, link, lacks: "file" }];
        const isThere = heading === undefined || !target.endsWith(".md") || anchorsOf(found).has(heading);
        return isThere ? [] : [{ line: index + 1, link, lacks: "heading" }];
      }),
    );
}

/** As GitHub makes them of headings. */
function anchorsOf(text) {
  const headings = [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(headings.map((heading) => toAnchor(heading)));
}

const toAnchor = (heading) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");

/** Fenced code is shown and not read; its lines stay, so that the others keep their numbers. */
const withoutCode = (text) => text.replaceAll(/^```[^]*?^```/gm, (code) => code.replaceAll(/[^\n]/g, ""));
