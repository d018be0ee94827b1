// Where journals lie: IndexedDB, flushed to the disk; without it, the storage of this window, which at least survives a reload.
import type { Shelf } from "./journal.ts";

const STORE = "journal";
/** Journals of attempts that never came to an end here are thrown away after so many milliseconds: 30 days. */
const FORGET = 30 * 86_400_000;

interface Row { sealed: Uint8Array; at: number }

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("storage")));
  });
}

function committed(work: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.addEventListener("complete", () => resolve());
    work.addEventListener("abort", () => reject(work.error ?? new Error("storage")));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("kaogong-exam", 1);
  request.addEventListener("upgradeneeded", () => void request.result.createObjectStore(STORE));
  return done(request);
}

/** `at` is the server's time in microseconds, so that old journals are told by a clock that is right. */
async function database(now: () => number): Promise<Shelf> {
  const db = await open();
  const change = async (work: (store: IDBObjectStore) => void): Promise<void> => {
    const transaction = db.transaction(STORE, "readwrite", { durability: "strict" });
    work(transaction.objectStore(STORE));
    await committed(transaction);
  };
  return {
    put: (name, sealed) => change((store) => {
      const row: Row = { sealed, at: now() };
      store.put(row, name);
      const old = store.openCursor();
      old.addEventListener("success", () => {
        const cursor = old.result;
        if (!cursor) return;
        const at = (cursor.value as Row).at;
        if (now() > 0 && at > 0 && at < now() - FORGET * 1000) cursor.delete();
        cursor.continue();
      });
    }),
    get: async (name) => {
      const row = await done(db.transaction(STORE).objectStore(STORE).get(name)) as Row | undefined;
      return row?.sealed ?? null;
    },
    drop: (name) => change((store) => void store.delete(name)),
  };
}

function window_(): Shelf {
  const named = (name: string): string => `journal-${name}`;
  return {
    put: (name, sealed) => Promise.resolve(sessionStorage.setItem(named(name), String.fromCharCode(...sealed))),
    get: (name) => {
      const found = sessionStorage.getItem(named(name));
      return Promise.resolve(found === null ? null : Uint8Array.from(found, (sign) => sign.charCodeAt(0)));
    },
    drop: (name) => Promise.resolve(sessionStorage.removeItem(named(name))),
  };
}

/** The best shelf this browser has, tried once; null when it has none. */
export async function shelf(now: () => number): Promise<Shelf | null> {
  const trial = new Uint8Array([1, 2, 3]);
  for (const make of [() => database(now), () => Promise.resolve(window_())]) {
    try {
      const found = await make();
      await found.put("trial", trial);
      const back = await found.get("trial");
      await found.drop("trial");
      if (back?.length === trial.length) return found;
    } catch {
      // The next one.
    }
  }
  return null;
}
