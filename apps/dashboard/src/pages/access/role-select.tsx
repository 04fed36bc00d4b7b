import { Select } from "@mantine/core";

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

interface RoleSelectProps {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}

export const RoleSelect = ({ role, onChange }: RoleSelectProps) => (
  <Select
    label="Role"
    data={[...ROLES]}
    value={role}
    allowDeselect={false}
    onChange={(next) => onChange(next as Role)}
  />
);
