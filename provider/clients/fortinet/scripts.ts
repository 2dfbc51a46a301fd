import { isVendorError, VendorError } from "../http/errors";
import type { HttpClient } from "../http/request";
import { path } from "../http/url";
import { type CallOptions, deleteOne, getOne, getPage, isMissing, system, unlessMissing } from "./calls";
import { Creator } from "./creation";
import { type Script, scriptSchema } from "./fortiztp-types";
import {
  acceptContent,
  decodeContent,
  encodeContent,
  type ScriptUploadMode,
  type UploadForm,
  uploadForms,
} from "./script-content";
import { sameScriptContent } from "./script-text";

/** Pre-run CLI scripts, one function a call. All throw `VendorError`. */
export interface Scripts {
  list(options?: CallOptions): Promise<Script[]>;
  /** One script; undefined only if the service itself says that there is none. */
  get(oid: number, options?: CallOptions): Promise<Script | undefined>;
  /**
   * Creates a script without content and answers with its oid. An attempt whose outcome is not known is never repeated
   * before the list shows that it failed. `before` are the scripts there are, if they have just been listed.
   */
  create(name: string, options?: CallOptions & { before?: readonly Script[] }): Promise<number>;
  /** Gives a script another name, and answers with what the service then says of it. */
  rename(oid: number, name: string, options?: CallOptions): Promise<Script>;
  /** Deletes a script. One that is not there is a success. */
  delete(oid: number, options?: CallOptions): Promise<void>;
  /** The content; undefined only if the service itself says that there is none. */
  readContent(oid: number, options?: CallOptions): Promise<string | undefined>;
  /** Replaces the content, and reads it back: it succeeds only if the service then holds what was sent. */
  writeContent(oid: number, content: string, options?: CallOptions): Promise<void>;
}

/** How scripts are reached. */
export interface ScriptsOptions {
  /** Default "auto". */
  uploadMode?: ScriptUploadMode;
  warn?: (message: string) => void;
}

/** Another form may be taken where one is refused like this. */
const wrongForm: ReadonlySet<number | undefined> = new Set([400, 406, 415]);
const collection = "/v2/setting/scripts";
const item = (oid: number) => path`/v2/setting/scripts/${oid}`;

export function createScripts(http: HttpClient, options: ScriptsOptions = {}): Scripts {
  const { uploadMode = "auto", warn } = options;
  const schema = scriptSchema;
  const listed = ({ signal }: CallOptions) =>
    getPage(http, { path: collection, action: "list scripts", schema, signal }, "scripts", warn);
  const creator = new Creator(http, listed);
  /** The form that worked last, which is tried first. */
  let known: UploadForm | undefined;

  const get = (oid: number, { signal }: CallOptions = {}) =>
    getOne(http, { path: item(oid), action: `read script ${oid}`, schema, signal });

  async function rename(oid: number, name: string, { signal }: CallOptions = {}): Promise<Script> {
    const action = `rename script ${oid} to ${name}`;
    await http.send<void>({
      method: "PUT",
      path: item(oid),
      json: { oid, name },
      read: () => {},
      action,
      signal,
      beforeRepeat: async (failure) =>
        failure.ambiguous && (await get(oid, { signal }))?.name === name ? { value: undefined } : undefined,
    });
    const script = await get(oid, { signal });
    if (script?.name === name) return script;
    const reason = script ? `it accepted the change, but the name is still ${script.name}` : "it is gone";
    throw new VendorError({ kind: script ? "rejected" : "not-found", system, action, reason });
  }

  function readContent(oid: number, { signal }: CallOptions = {}): Promise<string | undefined> {
    const action = `read the content of script ${oid}`;
    return unlessMissing(
      http.send({
        method: "GET",
        path: `${item(oid)}/content`,
        headers: { accept: acceptContent },
        read: (reply) => decodeContent(reply, action),
        action,
        signal,
      }),
    );
  }

  async function holds(oid: number, content: string, call: CallOptions): Promise<boolean> {
    const held = await readContent(oid, call);
    return held !== undefined && sameScriptContent(held, content);
  }

  async function writeContent(oid: number, content: string, call: CallOptions = {}): Promise<void> {
    const auto = new Set(known ? [known, ...uploadForms] : uploadForms);
    const forms = uploadMode === "auto" ? [...auto] : [uploadMode];
    const failures: UploadFailure[] = [];
    for (const form of forms) {
      const failure = await upload(oid, content, form, call);
      if (!failure) {
        known = form;
        return;
      }
      failures.push(failure);
    }
    throw noFormWorks(oid, failures, uploadMode);
  }

  /** Sends the content in one form. Answers why it did not work if another form may. */
  async function upload(
    oid: number,
    content: string,
    form: UploadForm,
    call: CallOptions,
  ): Promise<UploadFailure | undefined> {
    try {
      const seen = await http.send<boolean>({
        method: "PUT",
        path: `${item(oid)}/content`,
        raw: encodeContent(content, form),
        read: () => false,
        action: actionOf(oid),
        signal: call.signal,
        beforeRepeat: async (failure) =>
          failure.ambiguous && (await holds(oid, content, call)) ? { value: true } : undefined,
      });
      if (seen || (await holds(oid, content, call))) return undefined;
      return { form, reason: "accepted, but the script then holds something else" };
    } catch (error) {
      if (!isVendorError(error)) throw error;
      const failure = withoutContent(error, content);
      if (isMissing(failure)) throw failure.with({ kind: "not-found" });
      if (!wrongForm.has(failure.status)) throw failure;
      const words = failure.vendorMessage && `, "${failure.vendorMessage}"`;
      return { form, reason: `HTTP ${failure.status}${words ?? ""}` };
    }
  }

  return {
    list: async (call = {}) => (await listed(call)).items,
    get,
    create: (name, { before, signal } = {}) =>
      creator.create({
        path: collection,
        json: { name },
        action: `create script ${name}`,
        key: name,
        matches: (script) => script.name === name,
        before,
        signal,
      }),
    rename,
    delete: async (oid, { signal } = {}) => {
      await deleteOne(http, { path: item(oid), action: `delete script ${oid}`, signal });
      creator.forget(oid);
    },
    readContent,
    writeContent,
  };
}

interface UploadFailure {
  form: UploadForm;
  reason: string;
}

function actionOf(oid: number): string {
  return `upload the content of script ${oid}`;
}

function noFormWorks(oid: number, failures: readonly UploadFailure[], mode: ScriptUploadMode): VendorError {
  const list = failures.map(({ form, reason }) => `${form}: ${reason}`).join("; ");
  const reason = mode === "auto" ? `no known way of sending it worked (${list})` : `sending it did not work (${list})`;
  const hint =
    mode === "auto"
      ? "Ask Fortinet in which form the API takes script content."
      : `scriptUploadMode is ${mode}: auto tries every known way.`;
  return new VendorError({ kind: "rejected", system, action: actionOf(oid), reason, hint });
}

/** The failure without the vendor's words if these repeat a line of the script: it may hold secrets. */
function withoutContent(failure: VendorError, content: string): VendorError {
  const words = failure.vendorMessage ?? "";
  const lines = content.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return lines.some((line) => line.length > 5 && words.includes(line))
    ? failure.with({ vendorMessage: undefined })
    : failure;
}
