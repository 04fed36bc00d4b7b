import { Modal, TextInput } from "@mantine/core";
import { useState } from "react";

import { addressOf } from "../../client/address.ts";
import { api, dataOf } from "../../client/api.ts";
import { DialogForm } from "./dialog-form.tsx";
import { type Role, RoleSelect } from "./role-select.tsx";

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

  const make = async () => {
    const body = { name, role, ...(email === "" ? {} : { email }) };
    const user = await dataOf(api.POST("/api/v1/users", { body }));
    onLink(user.name, await makeLink(user.id));
  };

  return (
    <DialogForm label="Make the user and a link" make={make} list="users" onClose={onClose}>
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
      <RoleSelect role={role} onChange={setRole} />
    </DialogForm>
  );
}

/** A whole address for another person's browser. */
export async function makeLink(id: string): Promise<string> {
  const { path } = await dataOf(api.POST("/api/v1/users/{id}/link", { params: { path: { id } } }));
  return addressOf(path);
}
