// Builds every process into .build ahead of its first start: part of `npm run build` (docs/adr/0011).
import { buildProcesses } from "@drumline/core/build";

const { entries, inputs } = await buildProcesses();
console.log(`${Object.keys(entries).length} programs of ${inputs.length} files are built`);
