// Checks that names and texts use the field's words: `node scripts/check-words.mjs`. The list is in house/banned-words.mjs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { findBannedWords } from "./house/banned-words.mjs";

const CHECKED = /\.(ts|tsx|js|mjs|cjs|prisma|sql|md)$/;
// Migrations are history, decisions too; the list has to name what it bans.
const LEFT_ALONE = /^(prisma\/migrations\/|docs\/adr\/|scripts\/house\/|CHANGELOG\.md$)/;
const LONGEST_FILE = 300;

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((path) => CHECKED.test(path) && !LEFT_ALONE.test(path));
let found = 0;
const report = (message) => {
  found += 1;
  console.error(message);
};

for (const path of files) {
  const text = readFileSync(path, "utf8");
  for (const { word, instead } of findBannedWords(path)) report(`${path}: the name says "${word}"; say ${instead}`);
  for (const { line, word, instead } of findBannedWords(text)) report(`${path}:${line}: "${word}"; say ${instead}`);
  const lines = text.split("\n").length - 1;
  if (/\.(ts|tsx|js|mjs)$/.test(path) && lines > LONGEST_FILE)
    report(`${path}: ${lines} lines; ${LONGEST_FILE} is the end: a second idea wants a file of its own`);
}
console.log(`${files.length} files, ${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
