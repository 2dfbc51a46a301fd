import { randomUUID } from "node:crypto";
import { VendorError } from "../http/errors";
import type { Reply } from "../http/request";
import { system } from "./calls";

/** A form in which script content is sent. Which one the service takes is not documented. */
export type UploadForm = "multipart" | "text" | "json";
/** One form, or whichever works. */
export type ScriptUploadMode = "auto" | UploadForm;

/** All forms, in the order in which they are tried. */
export const uploadForms: readonly UploadForm[] = ["multipart", "text", "json"];

/** The body of an upload. */
export function encodeContent(content: string, form: UploadForm): { contentType: string; content: string } {
  if (form === "text") return { contentType: "text/plain; charset=utf-8", content };
  if (form === "json") return { contentType: "application/json", content: JSON.stringify({ content }) };
  const boundary = `ztp-${randomUUID()}`;
  const lines = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="file"; filename="script.txt"',
    "Content-Type: text/plain",
    "",
    content,
    `--${boundary}--`,
    "",
  ];
  return { contentType: `multipart/form-data; boundary=${boundary}`, content: lines.join("\r\n") };
}

/** What to accept as an answer that `decodeContent` is made for. */
export const acceptContent = "text/plain, application/json;q=0.9, */*;q=0.1";

const jsonType = /^application\/(?:[\w.-]+\+)?json\b/i;
const cutShort = /^\s*(?:"|\{\s*"(?:content|script)"\s*:)/;

/** The content in an answer: unwrapped if it is JSON that wraps a text in a known way, else verbatim. */
export function decodeContent(reply: Reply, action: string): string {
  if (!jsonType.test(reply.headers["content-type"] ?? "")) return reply.text;
  let value: unknown;
  try {
    value = JSON.parse(reply.text);
  } catch {
    if (!cutShort.test(reply.text)) return reply.text;
    // The text stays out of the error: scripts hold secrets.
    const reason = "the answer is not valid JSON, perhaps it was cut short";
    throw new VendorError({ kind: "not-json", system, action, status: reply.status, reason, transient: true });
  }
  if (typeof value === "string") return value;
  const wrapper = new Map(Object.entries(value ?? {}));
  const wrapped = [wrapper.get("content"), wrapper.get("script")].find((text) => typeof text === "string");
  return typeof wrapped === "string" ? wrapped : reply.text;
}
