import { memoryGraphs } from "./memory.ts";
import { storeContract } from "./store.contract.ts";

storeContract(async () => memoryGraphs());
