import { openDatabase, Prisma } from "@drumline/db";
import { readFileSync } from "node:fs";
const db = openDatabase(
  readFileSync("/tmp/dburl", "utf8")
    .trim()
    .replace(/^DATABASE_URL=/, ""),
  { maxConnections: 1 },
);
if (process.argv[2]) {
  const rows = await db.$queryRawUnsafe(process.argv[2]);
  console.table(
    rows.map((r) =>
      Object.fromEntries(
        Object.entries(r).map(([k, v]) => [
          k,
          typeof v === "bigint" ? Number(v) : typeof v === "string" ? v.slice(0, 150) : v,
        ]),
      ),
    ),
  );
  process.exit(0);
}
const seen = new Map();
for (let i = 0; i < 400; i++) {
  const rows = await db.$queryRawUnsafe(
    "select regexp_replace(query, '\\s+', ' ', 'g') q, wait_event w from pg_stat_activity where state='active' and pid<>pg_backend_pid() and datname=current_database()",
  );
  for (const r of rows) {
    const k = (r.w ?? "CPU") + " | " + r.q.slice(0, 170);
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  await new Promise((r) => setTimeout(r, 25));
}
console.log(
  [...seen]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 28)
    .map(([k, n]) => n + " " + k)
    .join("\n"),
);
process.exit(0);
