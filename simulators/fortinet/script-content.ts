import { isObject, jsonBody, SimFailure, type SimReply, type SimRequest } from "../core/http";
import type { FortinetVariants } from "./variants";

type Upload = FortinetVariants["scriptUpload"];

interface Form {
  mediaType: string;
  /** The content in the body; undefined when it isn't there. */
  read(request: SimRequest): Promise<string | undefined> | string | undefined;
}

const jsonForm = (field: string): Form => ({
  mediaType: "application/json",
  read(request) {
    const body = jsonBody(request);
    const value = isObject(body) ? body[field] : undefined;
    return typeof value === "string" ? value : undefined;
  },
});

const forms: Record<Exclude<Upload, "rawAnything" | "ignoreAnything" | "rejectAll">, Form> = {
  multipart: { mediaType: "multipart/form-data", read: fileOf },
  text: { mediaType: "text/plain", read: bodyText },
  octetStream: { mediaType: "application/octet-stream", read: bodyText },
  jsonContent: jsonForm("content"),
  jsonScript: jsonForm("script"),
  form: {
    mediaType: "application/x-www-form-urlencoded",
    read: (request) => new URLSearchParams(bodyText(request)).get("content") ?? undefined,
  },
};

/** The script content that a PUT carries; undefined when it is to be ignored. Throws the failure for a bad form. */
export async function readContent(request: SimRequest, variants: FortinetVariants): Promise<string | undefined> {
  const content = await contentOf(request, variants.scriptUpload);
  const maximum = variants.scriptMaximumBytes;
  if (content !== undefined && Buffer.byteLength(content) > maximum)
    throw new SimFailure(400, `The script is larger than ${maximum} bytes`);
  return content;
}

/** Script content as the API sends it. */
export function presentContent(content: string, variants: FortinetVariants): SimReply {
  switch (variants.scriptDownload) {
    case "text":
      return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, text: content };
    case "jsonContent":
      return { status: 200, json: { content } };
    case "jsonScript":
      return { status: 200, json: { script: content } };
    case "jsonString":
      return { status: 200, json: content };
  }
}

async function contentOf(request: SimRequest, upload: Upload): Promise<string | undefined> {
  if (upload === "rawAnything") return bodyText(request);
  if (upload === "ignoreAnything") return undefined;
  const type = contentType(request);
  const form = upload === "rejectAll" ? undefined : forms[upload];
  if (!form || form.mediaType !== type.split(";")[0]?.trim().toLowerCase())
    throw new SimFailure(415, `Content type ${type || "(none)"} isn't supported`);
  const content = await form.read(request);
  if (content === undefined) throw new SimFailure(400, "The request body holds no script");
  return content;
}

function contentType(request: SimRequest): string {
  const type = request.headers["content-type"];
  return typeof type === "string" ? type : "";
}

function bodyText(request: SimRequest): string {
  return request.body.toString("utf8");
}

async function fileOf(request: SimRequest): Promise<string | undefined> {
  const headers = { "content-type": contentType(request) };
  const fields = await new Response(new Uint8Array(request.body), { headers }).formData().catch(() => {
    throw new SimFailure(400, "The request body isn't valid multipart/form-data");
  });
  const file = fields.get("file");
  return file instanceof File ? file.text() : undefined;
}
