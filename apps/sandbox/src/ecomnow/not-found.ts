import { HttpError } from "../http/index.ts";

export const notFound = (message: string): HttpError => new HttpError(404, { code: "NOT_FOUND", message });
