import { Modal, MultiSelect, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { DialogForm } from "./dialog-form.tsx";
import { type Role, RoleSelect } from "./role-select.tsx";

const DAY_MS = 86_400_000;
const LIVES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
  { value: "", label: "no end" },
];

/** As the api names them: what a token may be held to beside its role. */
const SCOPES = ["ingest", "store", "shop", "hooks", "audit", "metrics", "schedules", "runs"] as const;
type Scope = (typeof SCOPES)[number];

interface NewTokenProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

/** Makes a token; its secret is told once. */
export function NewToken(props: NewTokenProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="New token" lockScroll={false}>
      <NewTokenForm {...props} />
    </Modal>
  );
}

function NewTokenForm({ onClose, onSecret }: NewTokenProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState("90");

  const make = async () => {
    const expiresAt = days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const { secret } = await dataOf(
      api.POST("/api/v1/tokens", { body: { name, role, scopes: scopes as Scope[], expiresAt } }),
    );
    onSecret(secret);
  };

  return (
    <DialogForm label="Make the token" make={make} list="tokens" onClose={onClose}>
      <TextInput
        label="Name"
        description="Who it is for; stands in the audit and beside the runs it starts."
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <RoleSelect role={role} onChange={setRole} />
      <MultiSelect
        label="Areas"
        description="None: whatever the role may do."
        size="xs"
        data={[...SCOPES]}
        value={scopes}
        onChange={setScopes}
      />
      <Select
        label="Good for"
        data={LIVES}
        value={days}
        allowDeselect={false}
        onChange={(next) => setDays(next ?? "")}
      />
    </DialogForm>
  );
}
