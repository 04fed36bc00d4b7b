import { Button, Group, Modal, Radio, TextInput } from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";

import { ownZone, toAbsolute } from "./format-time.ts";
import { planPausePresets } from "./pause-until.ts";
import { useBusy } from "./use-busy.ts";

interface PauseDialogProps {
  /** What is paused: a schedule's name, or "12 schedules"; null while the dialog is closed. */
  readonly what: string | null;
  readonly onClose: () => void;
  /** Answers whether it was done. */
  readonly onPause: (reason: string, until: Date | null) => Promise<boolean>;
}

/** Why, and until when. */
export function PauseDialog({ what, onClose, onPause }: PauseDialogProps) {
  return (
    <Modal opened={what !== null} onClose={onClose} title={`Pause ${what ?? ""}`}>
      {what !== null && <PauseForm onClose={onClose} onPause={onPause} />}
    </Modal>
  );
}

const OWN_TIME = "At a time of your own";

function PauseForm({ onClose, onPause }: Omit<PauseDialogProps, "what">) {
  const presets = useMemo(() => planPausePresets(new Date(), ownZone()), []);
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState(presets[1]!.name);
  const [ownTime, setOwnTime] = useState("");
  const { isBusy, whileBusy } = useBusy();
  const until = chosen === OWN_TIME ? toInstant(ownTime) : (presets.find(({ name }) => name === chosen)?.until ?? null);
  const isMissing = reason.trim() === "" || (chosen === OWN_TIME && until === null);
  const pause = async (event: FormEvent) => {
    event.preventDefault();
    if (isMissing) return;
    if (await whileBusy(() => onPause(reason.trim(), until))) onClose();
  };
  return (
    <form className="stack" onSubmit={(event) => void pause(event)}>
      <p className="meta">Its occurrences pass meanwhile, each on record as skipped with this reason.</p>
      <TextInput
        label="Why"
        placeholder="Carrier maintenance"
        required
        maxLength={500}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        data-autofocus
      />
      <Radio.Group label="Until" value={chosen} onChange={setChosen}>
        <div className="stack tight">
          {presets.map(({ name, until: end }) => (
            <Radio
              key={name}
              size="xs"
              value={name}
              label={name}
              description={end === null ? undefined : toAbsolute(end.getTime(), ownZone())}
            />
          ))}
          <Radio size="xs" value={OWN_TIME} label={OWN_TIME} />
        </div>
      </Radio.Group>
      {chosen === OWN_TIME && (
        <TextInput
          type="datetime-local"
          label={`Until, by the clock of ${ownZone()}`}
          required
          value={ownTime}
          onChange={({ currentTarget }) => setOwnTime(currentTarget.value)}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={isMissing} loading={isBusy}>
          Pause
        </Button>
      </Group>
    </form>
  );
}

/** What a field of date and time holds, by the clock of this browser; null while it is none, or over. */
function toInstant(text: string): Date | null {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || at.getTime() <= Date.now() ? null : at;
}
