import { useTask } from "../../client/tasks.ts";
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useMay } from "../../client/queries.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { deleteSchedule } from "./schedule-actions.ts";
import { type ScheduleDetail } from "./schedule-queries.ts";
import { toSettingRows } from "./setting-rows.ts";

/** Each setting with its value, and where the value comes from. */
export function SettingsTab({ schedule }: { readonly schedule: ScheduleDetail }) {
  const navigate = useNavigate();
  const task = useTask(schedule.task);
  const mayAdmin = useMay("admin");
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <div className="stack">
      <div className="table-frame">
        <table className="settings-table">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {toSettingRows(schedule, task).map(({ name, value, from }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
                <td className="meta">{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {schedule.source === "API" && mayAdmin && (
        <div>
          <Button variant="outline" color="red" onClick={() => setIsDeleting(true)}>
            Delete the schedule…
          </Button>
          <ConfirmDialog
            opened={isDeleting}
            onClose={() => setIsDeleting(false)}
            title={`Delete ${schedule.name}`}
            name={schedule.key}
            action="Delete the schedule"
            onConfirm={async () => {
              if (await deleteSchedule(schedule)) await navigate({ to: "/schedules" });
            }}
          >
            It falls due no more and cannot be brought back; its runs and its changes stay. To stop it for a while,
            pause it.
          </ConfirmDialog>
        </div>
      )}
    </div>
  );
}
