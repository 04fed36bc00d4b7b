export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Cuts the text of an event stream into events, as it comes in pieces; comments and ids are skipped. */
export function createEventReader(): (piece: string) => ServerEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => toEvent(block) ?? []);
  };
}

function toEvent(block: string): ServerEvent | null {
  const fields = block
    .split("\n")
    .map((line) => /^(event|data): ?(.*)$/.exec(line))
    .filter((match) => match !== null);
  const data = fields.filter(([, name]) => name === "data").map(([, , value]) => value);
  const event = fields.find(([, name]) => name === "event")?.[2] ?? "message";
  return fields.length === 0 ? null : { event, data: data.join("\n") };
}
