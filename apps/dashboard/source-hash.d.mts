/** One word for what the dashboard is built from. */
export function toSourceHash(): string;
