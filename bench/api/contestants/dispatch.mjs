/** The least that undici can be asked for: one handler object per call, the body collected and parsed. */
import { Pool } from "undici";
import { handMade } from "./raw.mjs";

class Collect {
  chunks = [];
  status = 0;
  constructor(resolve, reject) {
    this.resolve = resolve;
    this.reject = reject;
  }
  onRequestStart() {}
  onResponseStart(_controller, status) {
    this.status = status;
  }
  onResponseData(_controller, chunk) {
    this.chunks.push(chunk);
  }
  onResponseEnd() {
    if (this.status !== 200) return this.reject(new Error(`Status ${this.status}`));
    const { chunks } = this;
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    this.resolve(JSON.parse(body.toString()));
  }
  onResponseError(_controller, error) {
    this.reject(error);
  }
}

export function open({ url, isExpired }) {
  const pool = new Pool(url, { connections: 64 });
  const headers = { authorization: `Bearer ${isExpired ? "expired" : "fresh"}`, accept: "application/json" };
  return handMade(
    (path) =>
      new Promise((resolve, reject) => {
        pool.dispatch({ path, method: "GET", headers }, new Collect(resolve, reject));
      }),
  );
}
