import { WrongUsage } from "./exit.ts";

/** @throws {WrongUsage} */
export function parseRunId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new WrongUsage(`"${text}" is no run id; drumline runs lists them`);
}
