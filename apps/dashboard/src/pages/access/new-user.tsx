import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { addressOf } from "../../client/address.ts";
import { api, dataOf } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";

export const ROLES = ["viewer", "operator", "admin"] as const;
type Role = (typeof ROLES)[number];

interface NewUserProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The link that lets the new user in. */
  readonly onLink: (name: string, url: string) => void;
}

/** Makes a user, and the link with which they choose a password of their own. */
export function NewUser(props: NewUserProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="New user" lockScroll={false}>
      <NewUserForm {...props} />
    </Modal>
  );
}

function NewUserForm({ onClose, onLink }: NewUserProps) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [refused, setRefused] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const make = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setRefused(null);
    try {
      const body = { name, role, ...(email === "" ? {} : { email }) };
      const user = await dataOf(api.POST("/api/v1/users", { body }));
      onLink(user.name, await makeLink(user.id));
      onClose();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
    }
    await queries.invalidateQueries({ queryKey: ["users"] });
  };

  return (
    <form className="stack" onSubmit={(event) => void make(event)}>
      <TextInput
        label="Name"
        description="They sign in with it; it stands in the audit and does not change."
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <TextInput
        label="Address"
        description="For people to reach each other; nothing is sent to it."
        type="email"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
      />
      <Select
        label="Role"
        data={[...ROLES]}
        value={role}
        allowDeselect={false}
        onChange={(next) => setRole(next as Role)}
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
          Make the user and a link
        </Button>
      </Group>
    </form>
  );
}

/** A whole address for another person's browser. */
export async function makeLink(id: string): Promise<string> {
  const { path } = await dataOf(api.POST("/api/v1/users/{id}/link", { params: { path: { id } } }));
  return addressOf(path);
}
