import { launch } from "@drumline/core/launch";

await launch(new URL("../src/main.ts", import.meta.url));
