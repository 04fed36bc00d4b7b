import { escapeHtml, type Reply, type Route, type RouteRequest } from "../../http/index.ts";
import { AwsError } from "../aws-error.ts";
import type { AwsFaults } from "../aws-faults.ts";
import type { CallLog } from "../call-log.ts";
import { createCallRate } from "../call-rate.ts";
import type { Mailbox } from "./mailbox.ts";
import { sesOperations } from "./operations.ts";

export interface SesParts {
  readonly mailbox: Mailbox;
  readonly faults: AwsFaults;
  readonly calls: CallLog;
  readonly nowMs: () => number;
  readonly mailsPerSecond: number;
}

/** SES v1's query protocol: a form in, XML out, the operation in `Action`. */
export function sesRoute({ mailbox, faults, calls, nowMs, mailsPerSecond }: SesParts): Route {
  const admits = createCallRate(mailsPerSecond, nowMs);

  async function answer({ headers, body, gone }: RouteRequest): Promise<Reply> {
    const form = new URLSearchParams(String(body));
    const name = form.get("Action") ?? "";
    const operation = sesOperations[name];
    if (operation === undefined) throw new AwsError("InvalidAction", `Could not find operation ${name}`);
    if (!String(headers.authorization).startsWith("AWS4-HMAC-SHA256 "))
      throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
    if (name.startsWith("Send") && !admits()) throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    const result = await faults.around(name, gone, () => {
      const done = operation(mailbox, form);
      calls.add(name, form.get("Destination.ToAddresses.member.1") ?? form.get("Destinations.member.1") ?? "");
      return done;
    });
    return xml(
      200,
      `<${name}Response xmlns="${NAMESPACE}"><${name}Result>${result}</${name}Result>${METADATA}</${name}Response>`,
    );
  }

  return {
    method: "POST",
    path: "/aws/ses/",
    about: `SES v1: ${Object.keys(sesOperations).join(", ")}; what goes out is at /mailbox`,
    auth: null,
    reads: "text",
    handle: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const type = error.status < 500 ? "Sender" : "Receiver";
        const inside = `<Error><Type>${type}</Type><Code>${error.code}</Code><Message>${escapeHtml(error.message)}</Message></Error>`;
        return xml(
          error.status,
          `<ErrorResponse xmlns="${NAMESPACE}">${inside}<RequestId>sandbox</RequestId></ErrorResponse>`,
        );
      }
    },
  };
}

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const METADATA = "<ResponseMetadata><RequestId>sandbox</RequestId></ResponseMetadata>";
const xml = (status: number, text: string): Reply => ({ status, headers: { "content-type": "text/xml" }, text });
