/**
 * Runs the proofs of reliability and writes docs/reliability.md: `npm run test:reliability`; `-- --help` says what else it takes.
 */
import "./typescript-loader.mjs";

const { main } = await import("../test/reliability/main.ts");
process.exitCode = await main(process.argv.slice(2));
