interface ScheduleKey {
  readonly suffix: "" | "_SCHEDULE" | "_CRONTAB" | "_TIMEZONE" | "_PING_URL";
  /** What it does, after its name; X stands for the env key of the schedule. */
  readonly about: string;
  readonly secret: boolean;
}

/** The env keys of one schedule: what `.env.example` and the api's settings say of them. */
export const SCHEDULE_KEYS: readonly ScheduleKey[] = [
  {
    suffix: "",
    about: "switches it: true, 1, yes, on or false, 0, no, off; default: true.",
    secret: false,
  },
  {
    suffix: "_SCHEDULE",
    about: "is the seconds between runs, as a number or a product such as 60*5.",
    secret: false,
  },
  {
    suffix: "_CRONTAB",
    about:
      "is minute,hour,day of month,month,day of week, such as 0,3,*,*,*; with blanks between the fields it is a standard crontab, in which lists are possible: 0,30 3 * * *. Set X_SCHEDULE or X_CRONTAB, not both.",
    secret: false,
  },
  {
    suffix: "_TIMEZONE",
    about: "is the IANA time zone of the crontab; default: BEAT_TIMEZONE.",
    secret: false,
  },
  {
    suffix: "_PING_URL",
    about: 'is called when a run starts, succeeds, fails or is late (docs/operations.md, "Ping URLs"); a secret.',
    secret: true,
  },
];
