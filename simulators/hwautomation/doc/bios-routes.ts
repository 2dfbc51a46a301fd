import { isObject, param, type Route } from "../../core/http";
import { ApiFailure, type HwAutomationContext, type Json, needDatabase, objectBody, success, textField } from "../call";

/** What a template sets, whichever it is. */
const templateSettings = { boot_mode: "UEFI", virtualization: "Enabled", hyper_threading: "Enabled" };

/** Settings that belong to one piece of hardware: no template may overwrite them. */
const preserved = /mac_?addr|serial|uuid|boot_(order|path)|tpm|secure_?boot|memory_timing/i;

/** BIOS settings of a server. They cannot be read back. */
export function biosRoutes(context: HwAutomationContext): Route[] {
  const { world, variants } = context;
  return [
    {
      method: "POST",
      path: "/api/hardware/server/{id}/bios",
      handle(request) {
        const body = objectBody(request);
        const template = textField(body, "template");
        const settings = settingsOf(body);
        const dryRun = body.dry_run ?? false;
        if (typeof dryRun !== "boolean")
          throw new ApiFailure(400, "dry_run must be true or false", { field: "dry_run" });
        if (template === null && Object.keys(settings).length === 0)
          throw new ApiFailure(400, "Either template or settings is required", { field: "template" });
        needDatabase(context);
        const id = param(request, "id");
        const server = world.servers.get(id);
        if (!server) throw new ApiFailure(404, `Server ${id} not found`, { server_id: id });
        const wanted = { ...(template === null ? {} : templateSettings), ...settings };
        const problems = { ...preservedOf(wanted), ...pick(world.script(id).biosFailures ?? {}, wanted) };
        const applied = Object.fromEntries(Object.entries(wanted).filter(([name]) => !Object.hasOwn(problems, name)));
        if (!dryRun && Object.keys(applied).length > 0) {
          world.record("biosApply", id, { detail: template });
          world.touch(server, { biosSettings: { ...server.biosSettings, ...applied } });
        }
        const works = Object.keys(problems).length === 0;
        if (variants.writeBodies === "success") return { status: 200, json: { success: works } };
        return success(context, {
          success: works,
          method_used: "redfish_standard",
          settings_applied: dryRun ? { dry_run: "BIOS configuration validated" } : applied,
          settings_failed: problems,
          backup_file: dryRun ? null : `/var/backups/bios/${id}.xml`,
          validation_errors: dryRun
            ? Object.entries(problems)
                .map(([name, reason]) => `${name}: ${reason}`)
                .toSorted()
            : [],
          execution_time: dryRun ? 0.4 : 12.5,
          reboot_required: !dryRun,
        });
      },
    },
  ];
}

function settingsOf(body: Json): Record<string, string> {
  const settings = body.settings ?? {};
  const details = { field: "settings" };
  if (!isObject(settings)) throw new ApiFailure(400, "settings must be an object", details);
  const entries = Object.entries(settings).map(([name, value]): [string, string] => {
    if (typeof value === "object") throw new ApiFailure(400, `settings.${name} must be a plain value`, details);
    return [name, String(value)];
  });
  return Object.fromEntries(entries);
}

function preservedOf(wanted: Record<string, string>): Record<string, string> {
  const names = Object.keys(wanted).filter((name) => preserved.test(name));
  return Object.fromEntries(names.map((name) => [name, "is specific to this hardware and preserved"]));
}

function pick(reasons: Record<string, string>, wanted: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(reasons).filter(([name]) => Object.hasOwn(wanted, name)));
}
