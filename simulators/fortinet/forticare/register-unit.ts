import type { Call } from "./endpoint";
import { folded } from "./fields";
import type { UnitResult } from "./present";
import type { UnitInput } from "./register";
import type { AppliedContract, ContractRecord, Location, Product, WarehouseItem } from "./types";
import type { ForticareWorld } from "./world";

/** A unit that can be carried out. */
export interface UnitPlan {
  serialNumber: string;
  contract: ContractRecord | undefined;
  apply(): Product;
  /** What the reply says of it beside the product; after `apply`. */
  result(product: Product): UnitResult;
}

/** Judges a unit, after those of the same batch that went well; answers with the reason when it fails. */
export function planUnit(call: Call, unit: UnitInput, earlier: UnitPlan[]): UnitPlan | string {
  const { world } = call.context;
  const { serialNumber } = unit;
  const item = world.warehouse.get(serialNumber);
  const product = world.products.get(serialNumber);
  if (product ? product.account !== call.account : item?.ownedElsewhere)
    return "Product is registered in another account.";
  const registered = product?.status === "Registered" || earlier.some((plan) => plan.serialNumber === serialNumber);
  if (registered && unit.contractNumber === null)
    return "Product already registered, but no contract associated with request. Please check again.";
  if (product?.isDecommissioned) return "Product is decommissioned.";
  const contract = unit.contractNumber === null ? undefined : usableContract(call, unit.contractNumber, earlier);
  if (typeof contract === "string") return contract;
  if (registered) return contract ? attachPlan(call, unit, contract) : "Contract number is required.";
  if (!item && !product) return "Serial number is invalid. Please check again.";
  const problem = keyProblem(item, unit) ?? referenceProblem(call, unit);
  return problem ?? registerPlan(call, unit, contract, item, product);
}

function usableContract(call: Call, contractNumber: string, earlier: UnitPlan[]): ContractRecord | string {
  const contract = call.context.world.contracts.get(folded(contractNumber));
  if (!contract || (contract.account !== null && contract.account !== call.account))
    return "Contract number is invalid. Please check again.";
  if (contract.consumedBy !== null || earlier.some((plan) => plan.contract === contract))
    return "Contract has already been registered.";
  if (contract.mints) return "Contract is not for this product.";
  return contract;
}

function keyProblem(item: WarehouseItem | undefined, { cloudKey }: UnitInput): string | undefined {
  const key = item?.cloudKey ?? null;
  if (key === null) return undefined;
  if (cloudKey === null) return "FortiCloud Key is Required.";
  return cloudKey === key ? undefined : "FortiCloud Key is Invalid.";
}

function referenceProblem(call: Call, unit: UnitInput): string | undefined {
  const { world, variants } = call.context;
  const { folderId, assetGroupIds, replacedSerialNumber } = unit;
  const root = folderId === null || (folderId === 0 && variants.folderZero === "root");
  if (!root && !world.folder(folderId, call.account)) return `Folder ${folderId} is not found.`;
  const group = assetGroupIds.find((id) => !world.assetGroups.has(id));
  if (group !== undefined) return `Asset group ${group} is not found.`;
  if (replacedSerialNumber === null) return undefined;
  const replaced = world.products.get(folded(replacedSerialNumber));
  return replaced?.account === call.account ? undefined : `Replaced product ${replacedSerialNumber} is not found.`;
}

/** A product that is registered gets one more contract; the rest of the unit is left aside. */
function attachPlan({ context }: Call, unit: UnitInput, contract: ContractRecord): UnitPlan {
  let applied: AppliedContract | null = null;
  return {
    serialNumber: unit.serialNumber,
    contract,
    apply() {
      const product = context.world.products.get(unit.serialNumber) as Product;
      applied = context.world.consume(contract, product);
      return product;
    },
    result: (product) => ({
      contract: applied,
      additionalInfo: product.additionalInfo,
      location: product.location,
    }),
  };
}

function registerPlan(
  { context, account }: Call,
  unit: UnitInput,
  contract: ContractRecord | undefined,
  item: WarehouseItem | undefined,
  pending: Product | undefined,
): UnitPlan {
  const { world } = context;
  let applied: AppliedContract | null = null;
  const apply = (): Product => {
    const location: Location | null = unit.location && { addressId: world.addressId(), ...unit.location };
    const bare = item?.entitled === false ? { entitlements: [], warrantySupports: [] } : {};
    const product = world.register({
      ...bare,
      ...pending,
      serialNumber: unit.serialNumber,
      productModel: item?.productModel ?? pending?.productModel ?? "",
      virtual: item?.virtual ?? pending?.virtual ?? false,
      account,
      status: "Registered",
      registeredAt: context.now(),
      description: unit.description,
      folderId: unit.folderId ?? 0,
      isGovernment: unit.isGovernment,
      additionalInfo: unit.additionalInfo,
      replacedSerialNumber: unit.replacedSerialNumber === null ? null : folded(unit.replacedSerialNumber),
    });
    product.location = location;
    product.assetGroups = world.groups(unit.assetGroupIds);
    if (product.replacedSerialNumber !== null) inherit(product, product.replacedSerialNumber, world);
    if (contract) applied = world.consume(contract, product);
    context.ztp.arrive(product);
    return product;
  };
  const result = (product: Product): UnitResult => ({
    contract: applied,
    additionalInfo: product.additionalInfo,
    location: product.location,
  });
  return { serialNumber: unit.serialNumber, contract, apply, result };
}

/** A replacement takes over the contracts and what they brought. */
function inherit(product: Product, replacedSerialNumber: string, world: ForticareWorld): void {
  const replaced = world.products.get(replacedSerialNumber);
  if (!replaced) return;
  product.contracts.push(...replaced.contracts.splice(0));
  product.entitlements.push(...replaced.entitlements.splice(0));
  for (const contract of world.contracts.values())
    if (contract.consumedBy === replacedSerialNumber) contract.consumedBy = product.serialNumber;
}
