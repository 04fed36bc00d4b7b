import { Button, Group } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

import { queries } from "../../client/queries.ts";
import { useBusy } from "../../parts/use-busy.ts";

interface DialogFormProps {
  /** Words of the button that sends it. */
  readonly label: string;
  /** What it makes; where that is refused the dialog stays, and says why. */
  readonly make: () => Promise<void>;
  /** The list that has one more by then. */
  readonly list: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a dialog, with its buttons. */
export function DialogForm({ label, make, list, onClose, children }: DialogFormProps) {
  const [refused, setRefused] = useState<string | null>(null);
  const { isBusy, whileBusy } = useBusy();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    try {
      await whileBusy(make);
      onClose();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    }
    await queries.invalidateQueries({ queryKey: [list] });
  };

  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      {children}
      {refused !== null && (
        <p className="form-problem" role="alert">
          {refused}
        </p>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={isBusy}>
          {label}
        </Button>
      </Group>
    </form>
  );
}
