import { DrumlineError } from "@drumline/core/errors";

/** Omnitron says there is more, but the page does not say where to go on: reading on would never end. */
export class StuckPaging extends DrumlineError {
  constructor(what: string, position: string) {
    super(
      `Omnitron has more ${what} after (${position}), but no record of that page says where it ends ` +
        "(a pk, and for orders a modified_date, beyond that position). What was readable is in; look at those records in Omnitron.",
      { code: "STUCK_PAGING" },
    );
  }
}
