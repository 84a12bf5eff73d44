export { REFRESH_MODES, type RefreshMode, type RefreshModeScope } from "./accounts/refresh-mode.js";
export {
  type AppRegistration,
  type Apps,
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type RegisteredApp,
} from "./apps.js";
export { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";
export {
  type Answer,
  BodyCut,
  ConnectionRefused,
  ConnectionReset,
  type Inquiry,
  type ServiceName,
} from "./exchange.js";
export type {
  CodedFault,
  Fault,
  FaultCode,
  FaultKind,
  FaultMatch,
  FaultPlace,
  FaultStep,
} from "./faults/fault.js";
export type { ArmedFault, Faults } from "./faults/list.js";
export { readFaults } from "./faults/read.js";
export type { EntryPredicate, Ledger, LedgerEntry, NearMiss } from "./ledger.js";
export { type Bucket, type LimitSettings, type LimitsOption, readLimits } from "./limit-settings.js";
export type { Limit, Limits } from "./limits.js";
export type { Snapshot } from "./snapshot.js";
export { ERAS, type Era } from "./stage.js";
export type { Person } from "./world/people.js";
export type { Consent, PlayerAnswers, World } from "./world/world.js";
