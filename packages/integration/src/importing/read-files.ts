import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";

import { SECOND_MS } from "@drumline/core/clock";
import { codeOf, messageOf } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";

import { toFolder } from "../configurations/folder.ts";
import type { FileSource } from "../configurations/source.ts";
import type { ImportContext, ReadPage } from "./import-context.ts";
import { toArrived } from "./plan-page.ts";
import { readRecords, UnreadableRecords } from "./read-records.ts";

/** Who writes a file is done with it by then. */
const SETTLED_MS = 2 * SECOND_MS;
const MOST_FILE_BYTES = 20 * 1_024 * 1_024;
const RECORDS_PER_PAGE = 500;
const UNFINISHED = /^\.|\.(?:part|tmp|partial|filepart)$/i;

/**
 * The records of the files in a drop folder, by name. A file is moved into `done` once all of it was taken in, and into
 * `failed` where it cannot be read. The position says how far the file in hand was taken in, so that one that is met
 * again after a crash goes on where it stopped.
 */
export async function* readFiles(
  context: ImportContext,
  source: FileSource,
  from: JsonObject | null,
): AsyncGenerator<ReadPage> {
  const { run, gateways } = context;
  const folder = toFolder(gateways.settings.integrationFolder, source.folder);
  for (const name of await findFiles(folder)) {
    try {
      const text = await readWhole(join(folder, name));
      const hash = createHash("sha256").update(text).digest("hex");
      const done = from !== null && from["file"] === name && from["hash"] === hash ? Number(from["records"]) : 0;
      const { records } = await readRecords(text, source);
      const mostBytes = gateways.settings.integrationRecordKilobytes * 1_024;
      for (let at = done; at < records.length; at += RECORDS_PER_PAGE) {
        const page = records.slice(at, at + RECORDS_PER_PAGE).map((record) => toArrived(record, source, mostBytes));
        const position = { file: name, hash, records: at + page.length };
        yield { records: page, position, origin: { run: run.id, file: name }, problem: null };
      }
      await move(folder, name, "done");
    } catch (error) {
      if (!(error instanceof UnreadableRecords)) throw error;
      await move(folder, name, "failed");
      context.reportProblem({
        recordId: name,
        error: `the file ${messageOf(error)}; it lies in ${source.folder}/failed`,
      });
    }
  }
}

async function findFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(noneWhereAbsent)) {
    if (!entry.isFile() || UNFINISHED.test(entry.name)) continue;
    const { mtimeMs } = await stat(join(folder, entry.name));
    if (Date.now() - mtimeMs >= SETTLED_MS) files.push(entry.name);
  }
  return files.toSorted();
}

function noneWhereAbsent(error: unknown): [] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}

/** @throws {UnreadableRecords} */
async function readWhole(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_FILE_BYTES) throw new UnreadableRecords(`has ${size} bytes, ${MOST_FILE_BYTES} are read`);
  const bytes = await readFile(path);
  if (!isUtf8(bytes)) throw new UnreadableRecords("is not UTF-8");
  return bytes.toString("utf8");
}

async function move(folder: string, name: string, to: "done" | "failed"): Promise<void> {
  await mkdir(join(folder, to), { recursive: true });
  await rename(join(folder, name), join(folder, to, name));
}
