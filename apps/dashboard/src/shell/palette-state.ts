import { createOpenState } from "../parts/open-state.ts";

/** The palette itself is loaded after the page; whoever opens it needs this alone. */
export const paletteState = createOpenState();
