/** The part of undici that is loaded, which its package gives types for under its main name only. */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  // biome-ignore lint/style/noDefaultExport: it is how a CommonJS module comes across.
  export default Pool;
}
