import { launch } from "@drumline/core/launch";

await launch(new URL("../src/process-group/databases-main.ts", import.meta.url));
