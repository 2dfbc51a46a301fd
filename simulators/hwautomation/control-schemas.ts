import { z } from "zod";
import type { Machine, MachineSeed, ServerScript, ServerSeed } from "./types";

// What the control endpoint takes.

const name = z.string().min(1);
const text = z.string().nullable();
const step = z.number().int().min(1).nullable();

const serverFields = z
  .strictObject({
    deviceType: text,
    vendor: text,
    model: text,
    ipmiIp: text,
    gateway: text,
    status: z.string(),
    rackLocation: text,
    notes: text,
    biosVersion: text,
    bmcVersion: text,
    firmware: z.record(
      name,
      z.strictObject({ current: z.string(), available: z.string(), security: z.boolean().optional() }),
    ),
    biosSettings: z.record(name, z.string()),
  })
  .partial();

export const serverChange: z.ZodType<Partial<ServerSeed>> = serverFields;

export const serverSeeds: z.ZodType<ServerSeed[]> = z.array(serverFields.extend({ serverId: name }));

const machineFields = z
  .strictObject({
    hostname: z.string(),
    status: z.string(),
    ipAddresses: z.array(z.string()),
    architecture: z.string(),
    cpuCount: z.number().int().min(0),
    memory: z.number().int().min(0),
    commissioning: z.enum(["ready", "fails", "hangs"]),
  })
  .partial();

export const machineChange: z.ZodType<Partial<Machine>> = machineFields;

export const machineSeeds: z.ZodType<MachineSeed[]> = z.array(machineFields.extend({ systemId: name }));

export const scriptChange: z.ZodType<ServerScript> = z
  .strictObject({
    failAtStep: step,
    failure: text,
    hangAtStep: step,
    stepSeconds: z.number().min(0).nullable(),
    cancelIgnored: z.boolean(),
    finishAfterCancel: z.boolean(),
    refuse: text,
    biosFailures: z.record(name, z.string()),
  })
  .partial();

export const alertOrder = z.strictObject({ level: name, message: name });

export const eventOrder = z.strictObject({ event: name, data: z.record(z.string(), z.unknown()) });
