import { fetchFromApi } from "../../client/api.ts";
import { showFailed } from "../../parts/toasts.tsx";
import { type RunFilter, toRunQuery } from "./run-filter.ts";

/** Saves the runs of a filter as CSV, under the name the server gives it. */
export async function downloadRuns(filter: RunFilter): Promise<void> {
  const query = new URLSearchParams(Object.entries(toRunQuery(filter)).map(([name, value]) => [name, String(value)]));
  query.set("format", "csv");
  try {
    const response = await fetchFromApi(`api/v1/runs?${query.toString()}`, { headers: { accept: "text/csv" } });
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "runs.csv";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    showFailed("The runs were not saved", error);
  }
}
