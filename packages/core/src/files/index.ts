export { createWholeFile, replaceWholeFile, type WholeFileOptions } from "./whole-file.ts";
