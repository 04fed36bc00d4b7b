import { Button, Group, Modal, MultiSelect, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { ROLES } from "./new-user.tsx";

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
  const [role, setRole] = useState<(typeof ROLES)[number]>("viewer");
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState("90");
  const [refused, setRefused] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const make = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setRefused(null);
    try {
      const expiresAt = days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      const { secret } = await dataOf(
        api.POST("/api/v1/tokens", { body: { name, role, scopes: scopes as Scope[], expiresAt } }),
      );
      onSecret(secret);
      onClose();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
    }
    await queries.invalidateQueries({ queryKey: ["tokens"] });
  };

  return (
    <form className="stack" onSubmit={(event) => void make(event)}>
      <TextInput
        label="Name"
        description="Who it is for; stands in the audit and beside the runs it starts."
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Select
        label="Role"
        data={[...ROLES]}
        value={role}
        allowDeselect={false}
        onChange={(next) => setRole(next as typeof role)}
      />
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
          Make the token
        </Button>
      </Group>
    </form>
  );
}
