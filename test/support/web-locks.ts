import type { WebLocks } from "../../src/stores/web-storage.js";

interface Request {
  readonly name: string;
  readonly mode: string;
  readonly grant: () => void;
}

/** Locks as a browser has them, within this process: Node 20 has none of its own. */
export function webLocks(): WebLocks {
  const held = new Set<Request>();
  let waiting: Request[] = [];

  const grantWhatCanBe = () => {
    for (const request of [...waiting]) {
      const before = [...held, ...waiting.slice(0, waiting.indexOf(request))];
      const isFree = before.every(
        (other) => other.name !== request.name || (other.mode === "shared" && request.mode === "shared"),
      );
      if (!isFree) continue;
      waiting = waiting.filter((other) => other !== request);
      held.add(request);
      request.grant();
    }
  };

  return {
    async request(name, { mode = "exclusive", signal }, callback) {
      await new Promise<void>((resolve, reject) => {
        const grant = () => {
          signal?.removeEventListener("abort", giveUp);
          callback()
            .then(resolve, reject)
            .finally(() => {
              held.delete(request);
              grantWhatCanBe();
            });
        };
        const request: Request = { name, mode, grant };
        const giveUp = () => {
          waiting = waiting.filter((other) => other !== request);
          reject(signal?.reason);
          grantWhatCanBe();
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        waiting.push(request);
        grantWhatCanBe();
      });
    },
    query: async () => ({ held: [...held].map(({ name }) => ({ name })) }),
  };
}

/** A storage as a browser has it, that lives in this process. */
export class MapStorage {
  readonly entries = new Map<string, string>();

  get length(): number {
    return this.entries.size;
  }

  key(index: number): string | null {
    return [...this.entries.keys()][index] ?? null;
  }

  getItem(name: string): string | null {
    return this.entries.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    this.entries.set(name, value);
  }

  removeItem(name: string): void {
    this.entries.delete(name);
  }
}
