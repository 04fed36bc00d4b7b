export { drawLabel } from "./draw-label.ts";
