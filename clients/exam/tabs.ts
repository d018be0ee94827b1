// Two windows on one attempt: the older one keeps it until the candidate says otherwise. Windows on two machines are told apart by the epoch.

/** What happens to this window. */
export interface Tabs {
  /** Resolves to true when another window of this browser already holds the attempt. */
  occupied: Promise<boolean>;
  /** Asks the other window to deliver and stop; resolves when it has, or has not answered for five seconds. */
  take: () => Promise<void>;
  /** From now on this window holds the attempt; `release` delivers what is unsaved and stops. */
  hold: (release: () => Promise<void>) => void;
}

/** Listens on the channel of one attempt. Browsers without BroadcastChannel see one window only. */
export function tabsOf(attempt: string): Tabs {
  if (typeof BroadcastChannel === "undefined") return { occupied: Promise.resolve(false), take: () => Promise.resolve(), hold: () => undefined };
  const channel = new BroadcastChannel(`kaogong-attempt-${attempt}`);
  let release: (() => Promise<void>) | null = null;
  const heard = new Map<string, () => void>();
  const within = (word: string, milliseconds: number): Promise<boolean> => new Promise((resolve) => {
    heard.set(word, () => resolve(true));
    setTimeout(() => resolve(false), milliseconds);
  });
  channel.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.data === "anyone?" && release) channel.postMessage("held");
    else if (event.data === "take" && release) {
      const going = release;
      release = null;
      void going().then(() => channel.postMessage("released"));
    } else if (typeof event.data === "string") heard.get(event.data)?.();
  });
  const occupied = within("held", 250);
  channel.postMessage("anyone?");
  return {
    occupied,
    take: async () => {
      const gone = within("released", 5000);
      channel.postMessage("take");
      await gone;
    },
    hold: (work) => { release = work; },
  };
}
