import { AwsError } from "../aws-error.ts";
import type { Mailbox } from "./mailbox.ts";

type Operation = (mailbox: Mailbox, form: URLSearchParams) => string;

const MOST_RECIPIENTS = 50;

const sendEmail: Operation = (mailbox, form) => {
  const to = ["To", "Cc", "Bcc"].flatMap((kind) => membersOf(form, `Destination.${kind}Addresses`));
  const subject = required(form, "Message.Subject.Data");
  const text = form.get("Message.Body.Text.Data") ?? form.get("Message.Body.Html.Data") ?? "";
  const html = form.get("Message.Body.Html.Data");
  return deliver(mailbox, { from: required(form, "Source"), to, subject, text, html, headers: {} });
};

const sendRawEmail: Operation = (mailbox, form) => {
  const { headers, text, html } = parseMime(Buffer.from(required(form, "RawMessage.Data"), "base64").toString("utf8"));
  const named = membersOf(form, "Destinations");
  const to = named.length > 0 ? named : (headers["to"] ?? "").split(",").map((address) => address.trim());
  const from = form.get("Source") ?? headers["from"] ?? "";
  return deliver(mailbox, { from, to, subject: headers["subject"] ?? "", text, html, headers });
};

const getSendQuota: Operation = (mailbox) =>
  `<Max24HourSend>50000.0</Max24HourSend><MaxSendRate>14.0</MaxSendRate><SentLast24Hours>${mailbox.list().length}.0</SentLast24Hours>`;

/** What the stand-in knows of SES v1; each gives the inside of its result element. */
export const sesOperations: Readonly<Record<string, Operation>> = {
  SendEmail: sendEmail,
  SendRawEmail: sendRawEmail,
  GetSendQuota: getSendQuota,
};

function deliver(mailbox: Mailbox, mail: Parameters<Mailbox["add"]>[0]): string {
  if (mail.to.length === 0 || mail.to.some((address) => !/^[^@\s]+@[^@\s]+$/.test(address)))
    throw new AwsError("InvalidParameterValue", "Missing or illegal address in To");
  if (mail.to.length > MOST_RECIPIENTS) throw new AwsError("InvalidParameterValue", "Recipient count exceeds 50.");
  if (!mail.from.includes("@")) throw new AwsError("InvalidParameterValue", "Missing final '@domain'");
  return `<MessageId>${mailbox.add(mail)}</MessageId>`;
}

function membersOf(form: URLSearchParams, name: string): string[] {
  const members: string[] = [];
  for (let no = 1; form.has(`${name}.member.${no}`); no += 1) members.push(form.get(`${name}.member.${no}`)!);
  return members;
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null) throw new AwsError("ValidationError", `1 validation error detected: Value null at '${name}'`);
  return value;
}

/** A message of text, or of text and HTML as two readings of one thing. */
function parseMime(raw: string): { headers: Record<string, string>; text: string; html: string | null } {
  const { headers, text: body } = parsePart(raw);
  const [, boundary] = /^multipart\/alternative;.*\bboundary="?([^";]+)"?/is.exec(headers["content-type"] ?? "") ?? [];
  if (boundary === undefined) return { headers, text: body, html: null };
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => parsePart(part.replace(/^\r?\n/, "")));
  const read = (type: string) => parts.find((part) => part.headers["content-type"]?.startsWith(type))?.text ?? null;
  return { headers, text: read("text/plain") ?? "", html: read("text/html") };
}

/** Unfolded headers with encoded words read, and what follows them. */
function parsePart(raw: string): { headers: Record<string, string>; text: string } {
  const end = raw.search(/\r?\n\r?\n/);
  const head = end < 0 ? raw : raw.slice(0, end);
  const body = end < 0 ? "" : raw.slice(end).replace(/^\r?\n\r?\n/, "");
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = readWords(line.slice(colon + 1).trim());
  }
  const isBase64 = headers["content-transfer-encoding"]?.toLowerCase() === "base64";
  return { headers, text: isBase64 ? Buffer.from(body, "base64").toString("utf8") : body };
}

/** RFC 2047, base64 only; white space between two encoded words is none. */
const readWords = (value: string): string =>
  value
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/gi, (_, word: string) => Buffer.from(word, "base64").toString("utf8"));
