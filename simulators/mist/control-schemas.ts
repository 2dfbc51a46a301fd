import { z } from "zod";
import { isUuid, normalMac } from "./ids";
import type {
  ActivationSeed,
  DeviceSeed,
  MspSeed,
  ObjectSeed,
  OrgSeed,
  Privilege,
  SiteSeed,
  TokenSeed,
  UserSeed,
} from "./types";
import { updateOutcomes } from "./upgrades/types";

// What the control endpoint takes.

const name = z.string().min(1);
const id = z.string().refine(isUuid, "must be a UUID");
const body = z.record(z.string(), z.unknown());
const mac = z.string().refine((text) => /^[0-9a-f]{12}$/.test(normalMac(text)), "must be 12 hex digits");

const privilege: z.ZodType<Privilege> = z.strictObject({
  scope: z.enum(["org", "site", "sitegroup", "msp", "orggroup"]),
  role: z.enum(["admin", "write", "read", "helpdesk", "installer"]),
  msp_id: id.optional(),
  org_id: id.optional(),
  site_id: id.optional(),
  sitegroup_ids: z.array(id).optional(),
  orggroup_ids: z.array(id).optional(),
  views: z.array(z.string()).optional(),
});

export const privilegeList: z.ZodType<Privilege[]> = z.array(privilege);

export const mspSeeds: z.ZodType<MspSeed[]> = z.array(z.strictObject({ id, name }));

export const orgSeeds: z.ZodType<OrgSeed[]> = z.array(
  z.strictObject({ id, name, mspId: id.nullable().optional(), data: body.optional(), setting: body.optional() }),
);

export const siteSeeds: z.ZodType<SiteSeed[]> = z.array(
  z.strictObject({ id, name, orgId: id.optional(), data: body.optional(), setting: body.optional() }),
);

export const objectSeeds: z.ZodType<ObjectSeed[]> = z.array(
  z.strictObject({
    scope: z.enum(["msp", "org", "site"]),
    scopeId: id.optional(),
    collection: name,
    id: id.optional(),
    data: body,
  }),
);

const millisecond = z.number().int().min(0);

const deviceFields = z
  .strictObject({
    model: name,
    sku: name,
    hwRev: z.string(),
    claimCode: name.nullable(),
    orgId: id.nullable(),
    siteId: id.nullable(),
    deviceProfileId: id.nullable(),
    vcMac: mac.nullable(),
    connected: z.boolean(),
    adopted: z.boolean(),
    jsi: z.boolean(),
    version: z.string(),
    bootedAt: millisecond,
    lastDisconnectedAt: millisecond.nullable(),
    config: body,
    pendingVersion: name.nullable(),
    backupVersion: name.nullable(),
    updateOutcomes: z.array(z.enum(updateOutcomes)),
    images: z.array(z.number().int().min(1).max(3)),
    createdAt: millisecond,
    modifiedAt: millisecond,
    visibleAt: millisecond,
    assignmentVisibleAt: millisecond,
  })
  .partial();

export const deviceChange: z.ZodType<Partial<DeviceSeed>> = deviceFields;

export const deviceSeeds: z.ZodType<DeviceSeed[]> = z.array(
  deviceFields.extend({
    mac,
    type: z.enum(["ap", "switch", "gateway"]),
    serial: name.optional(),
    name: z.string().optional(),
  }),
);

export const activationSeeds: z.ZodType<ActivationSeed[]> = z.array(
  z.strictObject({
    code: name,
    claimCodes: z.array(name).optional(),
    licenses: z
      .array(
        z.strictObject({
          type: name,
          quantity: z.number().int().min(1),
          start: z.number().int().min(0),
          end: z.number().int().min(0),
        }),
      )
      .optional(),
  }),
);

export const userSeeds: z.ZodType<UserSeed[]> = z.array(
  z.strictObject({
    email: name,
    password: name.optional(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    privileges: z.array(privilege).optional(),
    twoFactor: z.string().nullable().optional(),
    totpSecret: z
      .string()
      .regex(/^[A-Z2-7]+$/i, "must be base32")
      .nullable()
      .optional(),
    sso: z.boolean().optional(),
  }),
);

export const tokenSeeds: z.ZodType<TokenSeed[]> = z.array(
  z.strictObject({
    key: name,
    name: name.optional(),
    email: name.optional(),
    orgId: id.optional(),
    privileges: z.array(privilege).optional(),
  }),
);

/** A change of something's body, as a PUT of the API takes it. */
export const bodyChange = body;
