import { Modal, Select } from "@mantine/core";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { DialogForm } from "./dialog-form.tsx";

const OLD_FOR = [
  { value: "0", label: "not at all: it is in wrong hands" },
  { value: "3600", label: "an hour" },
  { value: "86400", label: "a day" },
  { value: "604800", label: "a week" },
];

interface RotateTokenProps {
  /** Null while the dialog is closed. */
  readonly token: Schemas["Token"] | null;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

/** Gives a token another secret, which is told once; who uses the one it had has a while to change over. */
export function RotateToken({ token, onClose, onSecret }: RotateTokenProps) {
  return (
    <Modal opened={token !== null} onClose={onClose} title={`Rotate ${token?.name ?? ""}`} lockScroll={false}>
      {token !== null && <RotateForm token={token} onClose={onClose} onSecret={onSecret} />}
    </Modal>
  );
}

function RotateForm({ token, onClose, onSecret }: RotateTokenProps & { readonly token: Schemas["Token"] }) {
  const [oldForSeconds, setOldForSeconds] = useState("86400");
  const rotate = async () => {
    const body = { oldForSeconds: Number(oldForSeconds) };
    const { secret } = await dataOf(
      api.POST("/api/v1/tokens/{id}/rotate", { params: { path: { id: token.id } }, body }),
    );
    onSecret(secret);
  };
  return (
    <DialogForm label="Make a new secret" make={rotate} list="tokens" onClose={onClose}>
      <p>
        Its name, role, areas, end and subscriptions stay. The secret it has now ends, and cannot be had back
        afterwards.
      </p>
      <Select
        label="The secret it has is good for"
        data={OLD_FOR}
        value={oldForSeconds}
        allowDeselect={false}
        onChange={(next) => setOldForSeconds(next ?? "86400")}
      />
    </DialogForm>
  );
}
