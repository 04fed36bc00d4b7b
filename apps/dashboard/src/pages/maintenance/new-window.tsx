import { Button, MultiSelect, NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { useQueueNames } from "../../client/tasks.ts";
import { act } from "../../parts/act.ts";
import { useZone } from "../../parts/time-text.tsx";
import { useBusy } from "../../parts/use-busy.ts";

const MINUTE_MS = 60_000;

/** A window: once, from now or later, or again and again at the instants of a crontab. */
export function NewWindow({ onDone }: { readonly onDone: () => void }) {
  const zone = useZone();
  const queueNames = useQueueNames();
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [queues, setQueues] = useState<string[]>([]);
  const [kind, setKind] = useState<"once" | "again">("once");
  const [startsAt, setStartsAt] = useState("");
  const [crontab, setCrontab] = useState("30 2 * * *");
  const [minutes, setMinutes] = useState<number | string>(60);
  const { isBusy, whileBusy } = useBusy();
  const isReady = name.trim() !== "" && reason.trim() !== "" && typeof minutes === "number" && minutes > 0;
  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const durationMs = minutes * MINUTE_MS;
    const begin = startsAt === "" ? new Date() : new Date(startsAt);
    const timing =
      kind === "again"
        ? { crontab, timezone: zone, durationMs }
        : { startsAt: begin.toISOString(), endsAt: new Date(begin.getTime() + durationMs).toISOString() };
    const body = { name: name.trim(), reason: reason.trim(), queues, ...timing };
    const isDone = await whileBusy(() =>
      act("The window", `${body.name} is on record`, ["maintenance", "runs"], () =>
        dataOf(api.POST("/api/v1/maintenance-windows", { body })),
      ),
    );
    if (isDone) onDone();
  };
  return (
    <form className="form-panel" onSubmit={(event) => void create(event)} aria-label="New window">
      <h2>Let runs wait</h2>
      <div className="fields">
        <TextInput label="Name" value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} required />
        <TextInput
          label="Why"
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          required
        />
        <MultiSelect
          label="Queues"
          description="None: all of them."
          data={queueNames}
          value={queues}
          onChange={setQueues}
        />
        <NumberInput
          label="Minutes"
          description={kind === "again" ? "Each time." : "In all."}
          value={minutes}
          onChange={setMinutes}
          min={1}
          allowDecimal={false}
          required
        />
      </div>
      <SegmentedControl
        aria-label="How often"
        data={[
          { value: "once", label: "Once" },
          { value: "again", label: "Again and again" },
        ]}
        value={kind}
        onChange={setKind}
      />
      <div className="fields">
        {kind === "once" ? (
          <TextInput
            type="datetime-local"
            label="From"
            description="In this browser's time zone; empty: now."
            value={startsAt}
            onChange={({ currentTarget }) => setStartsAt(currentTarget.value)}
          />
        ) : (
          <TextInput
            label="Crontab"
            description={`When each begins, in ${zone}`}
            value={crontab}
            onChange={({ currentTarget }) => setCrontab(currentTarget.value)}
            classNames={{ input: "mono" }}
          />
        )}
      </div>
      <div className="row">
        <Button type="submit" disabled={!isReady} loading={isBusy}>
          Create it
        </Button>
        <Button variant="default" onClick={onDone}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
