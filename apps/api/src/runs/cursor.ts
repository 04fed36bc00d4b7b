import type { RunCursor } from "@drumline/engine";

import { HttpProblem } from "../http/problem.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque to readers, so that what it holds may change. */
export function formatCursor({ createdAt, id }: RunCursor): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString("base64url");
}

/** @throws {HttpProblem} 400 for anything that `formatCursor` did not write */
export function parseCursor(text: string): RunCursor {
  const [millis, id] = Buffer.from(text, "base64url").toString().split(" ");
  const createdAt = new Date(Number(millis));
  if (id === undefined || !UUID.test(id) || Number.isNaN(createdAt.getTime())) {
    throw new HttpProblem(
      400,
      `"${text}" is no cursor; pass the "next" of the page before, or none for the first page.`,
    );
  }
  return { createdAt, id };
}
