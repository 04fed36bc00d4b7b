import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

import { useBusy } from "./use-busy.ts";

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will be gone, and that it cannot be had back. */
  readonly children: ReactNode;
  /** Typed to confirm; what can be undone is not asked for, it gets an Undo instead. */
  readonly name: string;
  /** What the button says: "Delete the schedule". */
  readonly action: string;
  readonly onConfirm: () => Promise<unknown> | void;
}

/** Asks for the name of what is to go, before what cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} lockScroll={false} centered>
      <Confirmation key={props.name} {...props} />
    </Modal>
  );
}

function Confirmation({ children, name, action, onConfirm, onClose }: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const { isBusy, whileBusy } = useBusy();
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    if (typed !== name) return;
    await whileBusy(async () => onConfirm());
    onClose();
  };
  return (
    <form className="stack" onSubmit={(event) => void confirm(event)}>
      <div>{children}</div>
      <TextInput
        label={
          <>
            Type <code>{name}</code> to confirm
          </>
        }
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        data-autofocus
        autoComplete="off"
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red" disabled={typed !== name} loading={isBusy}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
