// Checks that names and texts use the field's words (house/banned-words.mjs), that no file is over 300 lines and that links
// between documents lead somewhere: `npm run check:words`. What is known (house/known-findings.json) is let through and may only get less; `--write`
// lowers it to what is left.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";

import { findBannedWords } from "./house/banned-words.mjs";
import { findBrokenLinks } from "./house/broken-links.mjs";

const CHECKED = /\.(ts|tsx|js|mjs|cjs|css|prisma|sql|md)$/;
// Migrations are history, decisions too; the list has to name what it bans.
const LEFT_ALONE = /^(prisma\/migrations\/|docs\/adr\/|scripts\/house\/|CHANGELOG\.md$)/;
const NAMES_NOTHING = /(^|\/)(utils?|helpers?|common|misc|types)(\.(ts|tsx|js|mjs)$|\/)/;
const LONGEST_FILE = 300;
const KNOWN_FILE = new URL("house/known-findings.json", import.meta.url);

const known = JSON.parse(readFileSync(KNOWN_FILE, "utf8"));
const messagesOf = new Map();
const files = listFiles().filter((path) => CHECKED.test(path) && !LEFT_ALONE.test(path));

for (const path of files) {
  const text = readFileSync(path, "utf8");
  if (NAMES_NOTHING.test(path)) report(path, `${path}: the name says nothing; name it for what it gives`);
  for (const { word, instead } of findBannedWords(path))
    report(`${partOf(path)} ${word}`, `${path}: the name says "${word}"; say ${instead}`);
  for (const { line, word, instead } of findBannedWords(text))
    report(`${partOf(path)} ${word}`, `${path}:${line}: "${word}"; say ${instead}`);
  const lines = text.split("\n").length - 1;
  if (/\.(ts|tsx|js|mjs|css)$/.test(path) && lines > LONGEST_FILE)
    report(path, `${path}: ${lines} lines; ${LONGEST_FILE} is the end: a second idea wants a file of its own`);
}

// Those of decisions and of the changelog too.
for (const path of listFiles().filter((file) => file.endsWith(".md")))
  for (const { line, link, lacks } of findBrokenLinks(path, readFileSync(path, "utf8"), readTarget))
    report(path, `${path}:${line}: the link ${link} leads to no ${lacks}`);

let unknown = 0;
let left = 0;
for (const [about, messages] of messagesOf) {
  const allowed = known[about] ?? 0;
  left += Math.min(allowed, messages.length);
  if (messages.length <= allowed) continue;
  unknown += messages.length - allowed;
  if (allowed > 0) console.error(`${about}: ${messages.length} times, of which ${allowed} are known`);
  for (const message of messages) console.error(message);
}
console.log(`${files.length} files, ${unknown} findings, and ${left} that are known`);
process.exitCode = unknown === 0 ? 0 : 1;

if (process.argv.includes("--write")) {
  const rest = Object.entries(known)
    .map(([about, count]) => [about, Math.min(count, messagesOf.get(about)?.length ?? 0)])
    .filter(([, count]) => count > 0);
  writeFileSync(KNOWN_FILE, `${JSON.stringify(Object.fromEntries(rest), null, 2)}\n`);
}

function listFiles() {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
    .split("\n")
    .filter((path) => path !== "" && existsSync(path));
}

function readTarget(path) {
  if (!existsSync(path)) return null;
  return statSync(path).isDirectory() ? "" : readFileSync(path, "utf8");
}

/** Known findings are counted by package or app, so that a renamed file keeps its own. */
function partOf(path) {
  return path
    .split("/")
    .slice(0, /^(apps|packages)\//.test(path) ? 2 : 1)
    .join("/");
}

function report(about, message) {
  messagesOf.set(about, [...(messagesOf.get(about) ?? []), message]);
}
