import { Button, Checkbox, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { RequestFailed } from "../../client/problem.ts";
import { queries } from "../../client/queries.ts";
import { useKeys } from "../../parts/keys.ts";
import { showDone } from "../../parts/toasts.tsx";
import { useBusy } from "../../parts/use-busy.ts";

const FIELD = "resolve-note";

/** Closes it with a note, which stays with the name of whoever wrote it. */
export function ResolveProblem({ problem: { id, version } }: { readonly problem: Schemas["FoundProblemDetail"] }) {
  const [note, setNote] = useState("");
  const [accepted, setAccepted] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const { isBusy, whileBusy } = useBusy();
  useKeys("This problem", [{ keys: "e", label: "Resolve it", run: () => document.getElementById(FIELD)?.focus() }]);

  const resolve = async (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    const body = { note, accepted, version };
    try {
      await whileBusy(() => dataOf(api.POST("/api/v1/problems/{id}/resolve", { params: { path: { id } }, body })));
      showDone("Resolved; it opens again when it is found again.");
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      // Somebody was faster: what is shown is not true any more.
      if (!(error instanceof RequestFailed && error.status === 409)) return;
    }
    await queries.invalidateQueries({ queryKey: ["problems"] });
    await queries.invalidateQueries({ queryKey: ["overview"] });
  };

  return (
    <form className="panel panel-body stack" onSubmit={(event) => void resolve(event)}>
      <Textarea
        id={FIELD}
        label="Resolve it: what was done about it?"
        required
        autosize
        minRows={2}
        maxLength={1_000}
        value={note}
        error={refused}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      <Checkbox
        label="It may stay as it is: the same reason does not open it again"
        checked={accepted}
        onChange={({ currentTarget }) => setAccepted(currentTarget.checked)}
      />
      <div>
        <Button type="submit" loading={isBusy} disabled={note.trim() === ""}>
          Resolve
        </Button>
      </div>
    </form>
  );
}
