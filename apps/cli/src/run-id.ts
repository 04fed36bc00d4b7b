import { WrongUsage } from "./exit.ts";

export const isRunId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** @throws {WrongUsage} */
export function parseRunId(text: string): string {
  if (isRunId(text)) return text.toLowerCase();
  throw new WrongUsage(`"${text}" is no run id; drumline runs lists them`);
}
