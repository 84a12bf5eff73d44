export type { RefreshMode } from "./accounts/refresh-mode.js";
export {
  type AppRegistration,
  type Apps,
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type RegisteredApp,
} from "./apps.js";
export { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";
export { type Answer, ConnectionReset, type Inquiry, type ServiceName } from "./exchange.js";
export type { Fault, FaultKind, FaultMatch, Faults } from "./faults.js";
export type { Ledger, LedgerEntry } from "./ledger.js";
export type { Person } from "./world/people.js";
export type { Consent, PlayerAnswers, World } from "./world/world.js";
