import { ActionIcon, Menu } from "@mantine/core";
import IconDots from "@tabler/icons-react/icons/IconDots";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { makeLink } from "./new-user.tsx";
import { ROLES } from "./role-select.tsx";

interface UserMenuProps {
  readonly user: Schemas["User"];
  readonly onLink: (url: string) => void;
}

/** Role, link, disable: each at once, with a way back. */
export function UserMenu({ user, onLink }: UserMenuProps) {
  const { id, name, role, disabledAt } = user;
  const change = async (body: { role?: typeof role; disabled?: boolean }, done: string, back: typeof body) => {
    try {
      await patch(id, body);
      showDone(done, () => patch(id, back));
    } catch (error) {
      showFailed(`${name} was not changed`, error);
    }
  };
  const link = async () => {
    try {
      onLink(await makeLink(id));
    } catch (error) {
      showFailed("No link was made", error);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={disabledAt !== null} onClick={() => void link()}>
          Make a link to sign in
        </Menu.Item>
        <Menu.Divider />
        {ROLES.filter((each) => each !== role).map((each) => (
          <Menu.Item key={each} onClick={() => void change({ role: each }, `${name} is ${each} now`, { role })}>
            Make {each}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {disabledAt === null ? (
          <Menu.Item onClick={() => void change({ disabled: true }, `${name} is disabled`, { disabled: false })}>
            Disable: ends their sessions
          </Menu.Item>
        ) : (
          <Menu.Item onClick={() => void change({ disabled: false }, `${name} may sign in`, { disabled: true })}>
            Let them sign in again
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

async function patch(id: string, body: { role?: UserMenuProps["user"]["role"]; disabled?: boolean }): Promise<void> {
  await dataOf(api.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body }));
  await queries.invalidateQueries({ queryKey: ["users"] });
}
