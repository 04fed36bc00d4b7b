import { useState } from "react";

interface Busy {
  /** For the button that started it. */
  readonly isBusy: boolean;
  readonly whileBusy: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Whether something that a button started is still under way; over also where it failed. */
export function useBusy(): Busy {
  const [isBusy, setIsBusy] = useState(false);
  const whileBusy: Busy["whileBusy"] = async (work) => {
    setIsBusy(true);
    try {
      return await work();
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, whileBusy };
}
