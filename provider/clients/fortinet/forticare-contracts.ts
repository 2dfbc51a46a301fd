import type { CallOptions } from "./calls";
import type { ForticareCalls } from "./forticare-calls";
import { readProduct } from "./forticare-licenses";
import { listAll } from "./forticare-list";
import { lookAgain } from "./forticare-looks";
import type { ProductReads } from "./forticare-product-reads";
import type { ContractFilter, ServiceRegistration } from "./forticare-requests";
import { type Contract, contractSchema, type ProductDetails } from "./forticare-types";
import { normalizeSerial } from "./lists";

/** Contracts. All throw `VendorError`. */
export interface Contracts {
  /** The contracts of the account that match all of the filter. */
  list(filter?: ContractFilter, options?: CallOptions): Promise<Contract[]>;
}

export interface ServiceRegistrations {
  /**
   * Uses up a subscription contract for a new product, and answers with that. If the answer is lost, the product that has
   * the contract tells. Throws `VendorError`.
   */
  register(registration: ServiceRegistration, options?: CallOptions): Promise<ProductDetails>;
}

/** What telling the outcome of a registration needs to see. */
type Looks = Pick<ProductReads, "list" | "get">;

export function createContracts(calls: ForticareCalls): Contracts {
  return {
    async list(filter = {}, options = {}) {
      const { contractNumber, contractSKU, status, accountId } = filter;
      calls.keepSecret(contractNumber);
      const list = {
        path: "/contracts/list",
        json: { contractNumber, contractSKU, status, accountId },
        action: "list contracts",
        key: "contracts",
        item: contractSchema,
        idOf: (contract: Contract) => JSON.stringify(contract),
      };
      return (await listAll(calls, list, options)).items;
    },
  };
}

export function createServiceRegistrations(calls: ForticareCalls, products: Looks): ServiceRegistrations {
  return {
    register(registration, { signal } = {}) {
      const { description, additionalInfo, isGovernment = false, accountId } = registration;
      const contractNumber = registration.contractNumber.trim();
      calls.keepSecret(contractNumber);
      const look = async () => {
        const serial = await findByContract(products, contractNumber, accountId, { signal });
        const product = serial && (await products.get(serial, { signal }));
        return product ? { value: product } : undefined;
      };
      return calls.write({
        path: "/services/register",
        json: { contractNumber, description, additionalInfo, isGovernment, accountId },
        action: "register a service contract",
        signal,
        read: readProduct,
        verify: () => lookAgain(look, calls.clock, signal),
      });
    },
  };
}

/** Serial of the product that has the contract. */
async function findByContract(
  reads: Looks,
  contractNumber: string,
  accountId: number | undefined,
  options: CallOptions,
): Promise<string | undefined> {
  const wanted = normalizeSerial(contractNumber);
  const { products } = await reads.list({ accountId }, options);
  const has = (number: string | undefined) => number !== undefined && normalizeSerial(number) === wanted;
  return products.find(({ contracts }) => contracts.some((contract) => has(contract.contractNumber)))?.serialNumber;
}
