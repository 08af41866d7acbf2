import { say } from "@huying/i18n";
import { newId, type Choice, type Draft, type Photo, type Receipt } from "./draft";
import type { Store } from "./store";

/** How an attempt failed, as the outbox needs to know it. */
export class SendFailure extends Error {
  constructor(
    /** later: try again by itself; sign-in: when the person is back; refused: only after a change; stale: the upload is gone. */
    readonly kind: "later" | "sign-in" | "refused" | "stale",
    message: string,
    readonly fields: Record<string, string> = {},
    /** What the server offers to choose from instead. */
    readonly choices?: Choice[],
  ) {
    super(message);
  }
}

/** The ways out of the outbox. Each throws a SendFailure. */
export interface Way<Body> {
  hash(blob: Blob): Promise<string>;
  /** Brings one photo's bytes to the store and gives its upload id. */
  upload(photo: Photo & { sha256: string }, tenant: string): Promise<string>;
  submit(draft: Draft<Body>, uploadIds: string[]): Promise<Receipt>;
}

export interface OutboxOptions<Body> {
  store: Store<Body>;
  way: Way<Body>;
  online: () => boolean;
  now?: () => number;
  /** Runs one pass at a time among all tabs. */
  exclusive?: (pass: () => Promise<void>) => Promise<void>;
  /** Told after every change, with the draft as kept. */
  onChange?: (draft: Draft<Body>) => void;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** How long to wait after the n-th failed attempt. */
export function pause(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1), LONGEST_WAIT_MS);
}

/**
 * Sends queued drafts, one step at a time, and keeps each step before the next: a photo that is up is never sent again,
 * and the report goes out under the same key until the server answered.
 */
export class Outbox<Body> {
  #running?: Promise<void>;
  #again = false;
  readonly #o: OutboxOptions<Body>;
  readonly #now: () => number;

  constructor(options: OutboxOptions<Body>) {
    this.#o = options;
    this.#now = options.now ?? Date.now;
  }

  /** Keeps a draft as it is. */
  async save(draft: Draft<Body>): Promise<void> {
    draft.updatedAt = this.#now();
    await this.#o.store.put(draft);
    this.#o.onChange?.(draft);
  }

  /** The person pressed send. A draft that is queued or sent already is left alone. */
  async queue(id: string): Promise<void> {
    const draft = await this.#o.store.get(id);
    if (!draft || draft.state === "queued" || draft.state === "sent") return;
    // A changed body under the old key would be refused as another report of the same name.
    if (draft.state === "refused") draft.key = newId();
    Object.assign(draft, { state: "queued", attempts: 0, notBefore: 0, problem: undefined, fields: undefined, choices: undefined, needsSignIn: false });
    await this.save(draft);
  }

  /** Takes a queued or refused draft back for changing. */
  async edit(id: string): Promise<Draft<Body> | undefined> {
    const draft = await this.#o.store.get(id);
    if (!draft || draft.state === "sent") return undefined;
    if (draft.state !== "editing") {
      draft.key = newId();
      draft.state = "editing";
      await this.save(draft);
    }
    return draft;
  }

  /** The person signed in, or the network came back: what waited for it may go. */
  async wake(): Promise<void> {
    for (const draft of await this.#o.store.all()) {
      if (draft.state !== "queued") continue;
      draft.needsSignIn = false;
      draft.notBefore = 0;
      await this.save(draft);
    }
    return this.run();
  }

  /** Sends what may be sent now. Calls that come together share one pass, followed by another. */
  run(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    const exclusive = this.#o.exclusive ?? ((pass) => pass());
    this.#running = exclusive(async () => {
      do {
        this.#again = false;
        await this.#pass();
      } while (this.#again);
    }).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** When something is due next; undefined when nothing waits for time. */
  async nextAt(): Promise<number | undefined> {
    const due = (await this.#o.store.all()).filter((d) => d.state === "queued" && !d.needsSignIn).map((d) => d.notBefore);
    return due.length ? Math.min(...due) : undefined;
  }

  async #pass(): Promise<void> {
    for (const { id } of await this.#o.store.all()) {
      if (!this.#o.online()) return;
      const draft = await this.#o.store.get(id);
      if (!draft || draft.state !== "queued" || draft.needsSignIn || draft.notBefore > this.#now()) continue;
      try {
        await this.#send(draft);
      } catch (error) {
        await this.#fail(draft, error);
      }
    }
  }

  async #send(draft: Draft<Body>): Promise<void> {
    for (const photo of draft.photos) {
      if (photo.state === "uploaded") continue;
      photo.state = "uploading";
      await this.save(draft);
      photo.sha256 ??= await this.#o.way.hash(photo.blob);
      try {
        photo.uploadId = await this.#o.way.upload(photo as Photo & { sha256: string }, draft.tenant);
        photo.state = "uploaded";
      } catch (error) {
        const refused = error instanceof SendFailure && error.kind === "refused";
        photo.state = refused ? "refused" : "kept";
        photo.problem = refused ? (error as Error).message : undefined;
        throw error;
      }
      await this.save(draft);
    }
    draft.receipt = await this.#o.way.submit(draft, draft.photos.map((p) => p.uploadId!));
    draft.state = "sent";
    draft.problem = undefined;
    // The server has the pictures now; the phone need not keep them.
    draft.photos = draft.photos.map((p) => ({ ...p, blob: new Blob([], { type: p.type }), copy: undefined }));
    await this.save(draft);
  }

  async #fail(draft: Draft<Body>, error: unknown): Promise<void> {
    const failure = error instanceof SendFailure ? error : new SendFailure("later", say("网络不稳，稍后自动再试"));
    draft.problem = failure.message;
    switch (failure.kind) {
      case "sign-in":
        draft.needsSignIn = true;
        break;
      case "refused":
        draft.state = "refused";
        draft.fields = failure.fields;
        draft.choices = failure.choices;
        break;
      case "stale":
        for (const photo of draft.photos) Object.assign(photo, { state: "kept", uploadId: undefined });
        this.#later(draft);
        break;
      default:
        this.#later(draft);
    }
    await this.save(draft);
  }

  #later(draft: Draft<Body>): void {
    draft.attempts += 1;
    draft.notBefore = this.#now() + pause(draft.attempts);
  }
}
