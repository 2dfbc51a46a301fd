import { type Route, SimFailure, type SimRequest } from "../core/http";
import type { Inventory } from "./inventory";
import { presentList } from "./present";
import { presentContent, readContent } from "./script-content";
import { createdReply, entryBody, namedEntry, refuseReferenced, requiredText, updatedReply } from "./settings";
import type { ScriptRecord } from "./types";
import type { ZtpContext } from "./ztp";

const collection = "/v2/setting/scripts";
const item = `${collection}/{oid}`;

/** Scripts and their content. */
export function scriptRoutes(context: ZtpContext): Route[] {
  const { variants } = context;

  const named = (request: SimRequest): { oid: number; script: ScriptRecord; inventory: Inventory } => {
    const inventory = context.inventory(request);
    const { oid, entry: script } = namedEntry(context, request, "Script", inventory.scripts);
    return { oid, script, inventory };
  };
  const nameIn = (body: Record<string, unknown>, inventory: Inventory, oid?: number): string => {
    const name = requiredText(body, "name");
    const taken = [...inventory.scripts.values()].some((script) => script.name === name && script.oid !== oid);
    if (taken && variants.scriptNames === "unique") throw new SimFailure(400, `Script name ${name} already exists`);
    return name;
  };

  return [
    {
      method: "GET",
      path: collection,
      handle(request) {
        const scripts = [...context.inventory(request).scripts.values()].map(scriptMeta);
        return { status: 200, json: presentList("scripts", scripts, scripts.length, variants) };
      },
    },
    {
      method: "POST",
      path: collection,
      handle(request) {
        const inventory = context.inventory(request);
        const name = nameIn(entryBody(request, variants), inventory);
        const script = inventory.addScript({ name });
        return createdReply(script.oid, scriptMeta(script), variants);
      },
    },
    {
      method: "GET",
      path: item,
      handle: (request) => ({ status: 200, json: scriptMeta(named(request).script) }),
    },
    {
      method: "PUT",
      path: item,
      handle(request) {
        const { oid, script, inventory } = named(request);
        const name = nameIn(entryBody(request, variants, oid), inventory, oid);
        inventory.patchScript(oid, { name });
        return updatedReply(scriptMeta(script), variants);
      },
    },
    {
      method: "DELETE",
      path: item,
      handle(request) {
        const { oid, inventory } = named(request);
        refuseReferenced(`Script ${oid}`, usersOfScript(oid, inventory), variants);
        inventory.scripts.delete(oid);
        return { status: variants.deleteStatus };
      },
    },
    {
      method: "GET",
      path: `${item}/content`,
      handle: (request) => presentContent(named(request).script.content, variants),
    },
    {
      method: "PUT",
      path: `${item}/content`,
      async handle(request) {
        named(request);
        const content = await readContent(request, variants);
        const { oid, script, inventory } = named(request);
        if (content !== undefined) {
          const updateTime = variants.scriptUploadTouches ? undefined : script.updateTime;
          inventory.patchScript(oid, { content, updateTime });
        }
        return { status: variants.scriptUploadStatus };
      },
    },
  ];
}

/** A script without its text. */
function scriptMeta({ oid, name, updateTime }: ScriptRecord): Omit<ScriptRecord, "content"> {
  return { oid, name, updateTime };
}

function usersOfScript(oid: number, inventory: Inventory): string[] {
  const managers = [...inventory.fortiManagers.values()].filter((manager) => manager.scriptOid === oid);
  const devices = [...inventory.devices.values()].filter((device) => device.scriptOid === oid);
  return [
    ...managers.map((manager) => `FortiManager ${manager.oid}`),
    ...devices.map((device) => `device ${device.deviceSN}`),
  ];
}
