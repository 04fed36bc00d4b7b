import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";

import type { NewMovement } from "../src/inventory/record-movements.sql.ts";

const FILE = fileURLToPath(new URL("../../../../shared/data/online-retail-ii/train/lines.csv.gz", import.meta.url));

export const hasOnlineRetail = existsSync(FILE);
if (!hasOnlineRetail) process.stderr.write(`skipped: the lines of a real shop are not at ${FILE}\n`);

/**
 * Two years of a real shop as movements, in blocks: invoices are sales, cancelled ones returns, and what has no invoice is
 * what was written off. A line has no number of its own: its place in the file names it, so that exact duplicates are two.
 */
export async function* readOnlineRetail(most = Infinity): AsyncGenerator<NewMovement[]> {
  const lines = createInterface({ input: createReadStream(FILE).pipe(createGunzip()) });
  let block: NewMovement[] = [];
  let lineNo = 0;
  for await (const line of lines) {
    lineNo += 1;
    if (lineNo === 1) continue;
    if (lineNo > most + 1) break;
    block.push(toMovement(line, lineNo));
    if (block.length === 5_000) {
      yield block;
      block = [];
    }
  }
  if (block.length > 0) yield block;
}

/** invoice, stock_code, quantity, invoice_date, price, … : none of these is ever quoted. */
function toMovement(line: string, lineNo: number): NewMovement {
  const [invoice, sku, quantity, at] = line.split(",");
  const pieces = BigInt(quantity!);
  const isCancelled = invoice!.startsWith("C");
  return {
    sku: sku!,
    kind: isCancelled ? "RETURNED_SELLABLE" : pieces < 0n ? "LOST" : "SALE",
    pieces: pieces < 0n ? -pieces : pieces,
    actor: "import",
    source: "online-retail",
    sourceRef: `${invoice}/${lineNo}`,
    occurredAt: new Date(`${at!.replace(" ", "T")}Z`),
  };
}
