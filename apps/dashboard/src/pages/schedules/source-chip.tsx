/** Where a schedule is set: in the environment of beat, or here. */
export function SourceChip({ source }: { readonly source: "ENV" | "API" }) {
  const about = source === "ENV" ? "Set by env keys; changed in the environment of beat" : "Made and changed here";
  return (
    <span className="chip" title={about}>
      {source === "ENV" ? "env" : "api"}
    </span>
  );
}
