import { expect } from "vitest";
import { registry } from "../../../provider/registry";
import { organizationApiId } from "../../../simulators";
import { type AssetScenario, folders, registered, serialOf } from "../forticare-folder/world";
import { berlin, contractOf } from "../forticare-product/world";
import { type JsonMap, unknownSentinels } from "../harness/host";
import { ofType } from "../harness/stack";

/** Inputs of every resource of FortiCare that can be created as they are, in an account that a `Service` has not changed. */
const samples: { readonly [token: string]: JsonMap } = {
  "forticare:Product": {
    ...{ serialNumber: serialOf(1), description: "Berlin", folderId: folders.production, location: berlin },
    ...{ contractNumbers: [contractOf(1)], assetGroupIds: [501], additionalInfo: "10.0.0.1" },
  },
  "forticare:ProductSet": {
    products: { [serialOf(2)]: { description: "x" } },
    folderId: folders.staging,
    location: berlin,
  },
  "forticare:Folder": { name: "Sites", parentFolderId: folders.production },
  "forticare:License": { licenseRegistrationCode: "LIC01-24AAA-24BBB-24CCC-24DDDD", description: "lab" },
  "forticare:Service": { contractNumber: "2401VS000001", description: "cloud" },
  "forticare:Contract": { serialNumber: registered, contractNumber: contractOf(2) },
  "forticare:ProductDecommission": { serialNumber: "FMGVMETM23000001", confirm: true },
  "forticare:ProductTransfer": { sourceAccountId: 100_001, targetAccountId: 100_002, serialNumbers: [registered] },
};

const resources = registry.resources.filter(({ token }) => token.startsWith("forticare:"));
const sampleOf = (token: string): JsonMap => {
  const sample = samples[token];
  if (!sample) throw new Error(`samples lacks inputs of ${token}`);
  return sample;
};
const organization = { config: { apiId: organizationApiId, scope: "organization" } };

const unknownInputs = resources.map(
  ({ token, inputs }): AssetScenario => ({
    name: `no input of a ${token} that is not known yet makes check, diff or a preview fail`,
    options: { config: { ...organization.config, accountId: 100_001 } },
    async run(world) {
      const sample = sampleOf(token);
      await world.up({ made: ofType(token, sample) });
      world.takeWrites();
      const urn = world.stack.urn("made", token);
      const state = world.stack.resources.get(urn);
      if (!state) throw new Error(`There is no ${token} in the state.`);
      await world.stack.withHost(async (host) => {
        for (const name of Object.keys(inputs)) {
          const news = host.programInputs(urn, { ...sample, [name]: unknownSentinels.string }, true);
          const checked = await host.check(urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          await host.diff(state, checked.inputs);
          if (host.kind === "dynamic") continue;
          await host.create(world.stack.urn("new", token), checked.inputs, { preview: true });
          await host.update(state, checked.inputs, { preview: true });
        }
      });
      expect(world.writes()).toEqual([]);
    },
  }),
);

const missingAccounts = resources
  .filter(({ inputs }) => "accountId" in inputs)
  .map(
    ({ token }): AssetScenario => ({
      name: `a ${token} without an account is refused before anything is sent to an organization`,
      options: organization,
      async run(world) {
        const { accountId: _, ...sample } = sampleOf(token);
        const { message } = await world.failingUp({ lost: ofType(token, sample) });
        expect(message).toContain("accountId is missing: the scope of the API user is an organization");
        expect(world.takeCalls()).toEqual([]);
      },
    }),
  );

/** What is wrong with inputs of any resource of FortiCare, or not there yet, in both hosts. */
export const inputScenarios: readonly AssetScenario[] = [...unknownInputs, ...missingAccounts];
