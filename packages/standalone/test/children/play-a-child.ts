/** Plays one way in which a child process behaves: `play-a-child.ts <way>`. */
const way = process.argv[2] ?? "";
const ready = () => process.send!({ ready: true });
const endWith = (code: number) => process.exit(code);

switch (way) {
  case "serves":
    for (const event of ["SIGTERM", "disconnect"]) process.once(event, () => endWith(0));
    ready();
    break;
  case "is deaf":
    process.on("SIGTERM", () => {});
    setInterval(() => {}, 1_000);
    ready();
    break;
  case "says no":
    process.stderr.write("beat: 1 configuration problem:\n  BEAT_TIMEZONE=Mars\n    unknown time zone\n");
    process.exitCode = 1;
    process.disconnect();
    break;
  case "dies young":
    ready();
    process.stderr.write("Error: out of luck\n    at nowhere\n");
    setTimeout(() => endWith(3), 20);
    break;
  case "never gets ready":
    setInterval(() => {}, 1_000);
    break;
  case "warns":
    process.stdout.write(`${JSON.stringify({ level: "warn", msg: "slow", error: "Omnitron" })}\n`);
    process.once("SIGTERM", () => endWith(0));
    ready();
    break;
  default:
    throw new Error(`no such way: ${way}`);
}
