/** The job that carries a run: one id per dispatch, so that a retained old job never swallows a new dispatch. */
export const toJobId = (runId: string, dispatchNo: number): string => `${runId}.${dispatchNo}`;
