import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { act } from "../../parts/act.ts";

/** Ends what is in force now, or the window for good; why stands in its history. */
export function CloseWindow({ window }: { readonly window: Schemas["MaintenanceWindow"] }) {
  const [isAsking, setIsAsking] = useState(false);
  const [why, setWhy] = useState("");
  const mayChange = useMay("operator");
  if (!mayChange) return null;
  const { id, name, version, state, crontab } = window;
  const end = async (how: "end" | "close") => {
    const done = how === "close" ? `${name} is closed` : `${name} has ended for now`;
    const isDone = await act(`Ending ${name}`, done, ["maintenance", "runs"], () =>
      dataOf(
        api.POST(`/api/v1/maintenance-windows/{id}/${how}`, {
          params: { path: { id } },
          body: { why: why.trim(), version },
        }),
      ),
    );
    if (isDone) setIsAsking(false);
  };
  const isReady = why.trim() !== "";
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setIsAsking(true)}>
        End it
      </Button>
      <Modal opened={isAsking} onClose={() => setIsAsking(false)} title={`End ${name}`} lockScroll={false} centered>
        <div className="stack">
          <TextInput
            label="Why"
            value={why}
            onChange={({ currentTarget }) => setWhy(currentTarget.value)}
            data-autofocus
            required
          />
          <div className="row">
            {state === "IN_FORCE" && crontab !== null && (
              <Button disabled={!isReady} onClick={() => void end("end")}>
                End it for now
              </Button>
            )}
            <Button
              variant={crontab === null ? "filled" : "default"}
              disabled={!isReady}
              onClick={() => void end("close")}
            >
              {crontab === null ? "End it" : "Close it for good"}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
