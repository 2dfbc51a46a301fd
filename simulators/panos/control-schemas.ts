import { z } from "zod";
import { folders } from "./directory";
import type { FirewallSeed, PanosConfig, UpgradePaths } from "./types";

// What the control endpoint takes.

const name = z.string().min(1);
const count = z.number().int().min(0);
const seconds = z.number().min(0);
const route = z.strictObject({ destination: z.string(), gateway: z.string(), interface: z.string() });
const arpEntry = z.strictObject({ ip: z.string(), mac: z.string(), interface: z.string() });
const outcomes = z.array(z.enum(["ok", "refused", "fails", "stalls", "unreadable"])).min(1);

const firewallFields = z
  .strictObject({
    hostname: z.string(),
    model: z.string(),
    mgmtIp: z.string(),
    inInventory: z.boolean(),
    version: z.string(),
    installedVersion: z.string().nullable(),
    images: z.array(z.string()),
    diskGb: z.number().min(0),
    imageGb: z.number().min(0),
    haState: z.string(),
    peerSerial: z.string().nullable(),
    tcpSessions: count,
    routes: z.array(route),
    arp: z.array(arpEntry),
    reachable: z.boolean(),
    metricsErrors: count,
    softwareCheck: z.enum(["ok", "timesOut"]),
    downloads: outcomes,
    installs: outcomes,
    reboots: z.array(z.enum(["ok", "refused", "neverBack"])).min(1),
    downloadSeconds: seconds,
    installSeconds: seconds,
    rebootSeconds: seconds,
    shutdownSeconds: seconds,
    afterReboot: z.strictObject({
      tcpSessions: count.optional(),
      routes: z.array(route).optional(),
      arp: z.array(arpEntry).optional(),
      version: z.string().optional(),
      metricsErrors: count.optional(),
    }),
    reboot: z.strictObject({ downAt: z.number(), backAt: z.number() }).nullable(),
  })
  .partial();

export const firewallChange: z.ZodType<Partial<FirewallSeed>> = firewallFields;

export const firewallSeeds: z.ZodType<FirewallSeed[]> = z.array(firewallFields.extend({ serial: name }));

export const upgradePaths: z.ZodType<UpgradePaths> = z.record(z.string(), z.array(z.string()));

const section = z.record(z.string(), z.unknown()).optional();

export const daemonConfig: z.ZodType<PanosConfig> = z.strictObject({
  panorama: section,
  firewall: section,
  workers: section,
  validation: section,
});

export const daemonOrder = z.strictObject({
  do: z.enum(["start", "stop", "kill", "restart"]),
  agoSeconds: seconds.optional(),
});

const parents = ["queue", "status", "status/devices", "validation", "commands", "logs"] as const;

export const folderOrder = z.strictObject({
  folder: z.enum([...folders, ...parents]),
  state: z.enum(["ok", "missing", "file", "unreadable"]),
});
