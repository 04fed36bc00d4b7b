// A process whose mapping never ends, for a test that kills it.
import { createMappingRunner } from "../../src/mapping/index.ts";

const runner = createMappingRunner({ children: 1, timeLimitMs: 600_000 });
const mapping = await runner.openMapping("$contains($join([1..60].('a')) & '!', /^(a+)+$/)");
setTimeout(() => process.stdout.write("mapping\n"), 200);
for await (const record of mapping.mapAll([{}])) process.stdout.write(JSON.stringify(record));
