import type { Layer, Send } from "../base/http.js";

/** Puts layers round a sender; the first one is the outermost. */
export function stack(send: Send, ...layers: readonly Layer[]): Send {
  return layers.reduceRight((inner, layer) => layer(inner), send);
}
