import { DrumlineError } from "@drumline/core/errors";

/** What was asked for cannot be: `where` is the field at fault. */
export class RefusedUser extends DrumlineError {
  readonly where: string;

  constructor(where: string, problem: string) {
    super(problem, { code: "REFUSED_USER" });
    this.where = where;
  }
}

/** Somebody, or a token, has the name. */
export class UserNameTaken extends DrumlineError {
  constructor(name: string) {
    super(
      `the name "${name}" is taken by another user or by a token; names stand in the audit, so choose another one`,
      {
        code: "USER_NAME_TAKEN",
      },
    );
  }
}

export class NoSuchUser extends DrumlineError {
  constructor(user: string) {
    super(`there is no user ${user}; drumline users list shows them`, { code: "NO_SUCH_USER" });
  }
}

/** Somebody else changed the user since the caller looked. */
export class UserChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(`the user was changed meanwhile; its version is ${currentVersion} now: look again, then change it`, {
      code: "USER_CHANGED",
    });
    this.currentVersion = currentVersion;
  }
}

/** A link for, or a sign-in of, somebody who may not sign in. */
export class DisabledUser extends DrumlineError {
  constructor(name: string) {
    super(`the user ${name} is disabled; enable it first`, { code: "DISABLED_USER" });
  }
}
