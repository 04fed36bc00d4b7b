import { Button, Group, Modal } from "@mantine/core";

import { api, dataOf } from "../../client/api.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { effectOf, type Finding, labelOf } from "./audit-actions.ts";

interface ApplyPreviewProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** All that wait to be applied: the task applies no fewer. */
  readonly decided: readonly Finding[];
  readonly onStarted: () => void;
}

/** What is going to happen to whom, before it does. */
export function ApplyPreview({ opened, onClose, decided, onStarted }: ApplyPreviewProps) {
  const { isBusy, whileBusy } = useBusy();
  const apply = async () => {
    try {
      await whileBusy(() =>
        dataOf(api.POST("/api/v1/runs", { body: { task: "PerformUserAudit", args: {} } as never })),
      );
      showDone(`Applying ${decided.length} decisions`);
      onStarted();
      onClose();
    } catch (error) {
      showFailed("Nothing was applied", error);
    }
  };
  const final = decided.filter(({ action }) => action.startsWith("DELETE")).length;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="What is going to be done"
      closeButtonProps={{ "aria-label": "Close" }}
      size="xl"
      lockScroll={false}
      centered
    >
      <div className="stack">
        <div className="preview table-frame" tabIndex={0} role="region" aria-label="Decisions">
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Platform</th>
                <th scope="col">Action</th>
                <th scope="col">Effect</th>
                <th scope="col">Last login</th>
              </tr>
            </thead>
            <tbody>
              {decided.map(({ id, username, platform, action, lastLoginAt }) => (
                <tr key={id}>
                  <th scope="row">{username}</th>
                  <td>{platform}</td>
                  <td>{labelOf(action)}</td>
                  <td>{effectOf(action)}</td>
                  <td>
                    <TimeText at={lastLoginAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {final > 0 && (
          <p className="form-problem">
            {final === 1 ? "One of them is" : `${final} of them are`} deleted, which cannot be undone.
          </p>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={() => void apply()} loading={isBusy} data-autofocus>
            Apply {decided.length}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
