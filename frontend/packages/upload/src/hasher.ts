/** Hashes in a worker, so that the page stays alive while a large picture is read. */
export function createHasher(): (blob: Blob) => Promise<string> {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, { done: (hex: string) => void; failed: (error: Error) => void }>();
  function start(): Worker {
    const made = new Worker(new URL("./hash.worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<{ id: number; hex?: string; error?: string }>) => {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.hex) one?.done(data.hex);
      else one?.failed(new Error(data.error));
    };
    made.onerror = () => {
      for (const one of waiting.values()) one.failed(new Error("the worker did not start"));
      waiting.clear();
      worker = undefined;
    };
    return made;
  }
  return (blob) =>
    new Promise((done, failed) => {
      worker ??= start();
      const id = ++last;
      waiting.set(id, { done, failed });
      worker.postMessage({ id, blob });
    });
}
