import { ApiError, unwrap } from "@huying/api";
import { say } from "@huying/i18n";
import { createHasher, newDraft, openStore, Outbox, SendFailure, type Draft } from "@huying/upload";
import { computed, shallowRef, triggerRef, watch } from "vue";
import { session } from "../session";
import { act, type Report } from "./act";
import { countOf, fate, type Doing } from "./doing";
import { failure, uploadPhoto } from "./outbox";

export type DoingDraft = Draft<Doing>;

const store = openStore<Doing>("huying-actions");
const drafts = shallowRef<Map<string, DoingDraft>>(new Map());

/** Actions that were filled in on this phone and that the server does not have yet, oldest first. */
export const undone = computed(() => [...drafts.value.values()].filter((d) => d.state === "queued" || d.state === "refused").sort((a, b) => a.createdAt - b.createdAt));
/** How many wait. */
export const undoneCount = computed(() => undone.value.length);

function signedIn(): void {
  if (!session.signedIn.value) throw new SendFailure("sign-in", say("登录后自动发送"));
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    signedIn();
    return await work();
  } catch (error) {
    if (error instanceof SendFailure) throw error;
    // What is no longer possible is a person's to look at, never tried again and again.
    if (error instanceof ApiError && error.status === 409) throw new SendFailure("refused", say("这件事刚刚有了新进展，您写的还在，请打开看看"));
    throw failure(error);
  }
}

const outbox = new Outbox<Doing>({
  store,
  way: {
    hash: createHasher(),
    upload: (photo, tenant) => attempt(() => uploadPhoto(photo, tenant)),
    submit: (draft, ids) =>
      attempt(async () => {
        const { body } = draft;
        const report = await unwrap(session.api.GET("/api/v1/reports/{id}", { headers: { "X-Tenant": body.tenant }, params: { path: { id: body.report } } }));
        const now = fate(body, report, session.me.value?.name);
        if (now.send) {
          const values: Record<string, unknown> = { ...body.values, version: now.version };
          if (body.photoField && ids.length) values[body.photoField] = ids;
          await act({ id: body.report, tenant: body.tenant }, body.action, values);
        } else if (!now.done) throw new SendFailure("refused", now.text);
        return { id: body.report, number: body.number, message: body.title };
      }),
  },
  online: () => navigator.onLine,
  exclusive: async (pass) => {
    if ("locks" in navigator) await navigator.locks.request("huying.actions", pass);
    else await pass();
  },
  onChange: (draft) => {
    drafts.value.set(draft.id, structuredClone(draft));
    triggerRef(drafts);
    if (draft.state === "sent") void dropAction(draft.id);
  },
});

let timer: ReturnType<typeof setTimeout> | undefined;

async function pump(): Promise<void> {
  await outbox.run();
  clearTimeout(timer);
  const next = await outbox.nextAt();
  if (next !== undefined && navigator.onLine) timer = setTimeout(() => void pump(), Math.max(500, next - Date.now()));
}

/** The action as this person left it unfinished, or a new one. What the server refused is taken back for changing. */
export async function openAction(report: Report, doing: Omit<Doing, "report" | "number" | "tenant" | "seen">): Promise<DoingDraft> {
  const left = (await store.all()).filter((d) => d.body.report === report.id && d.body.action === doing.action && (d.state === "editing" || d.state === "refused")).at(-1);
  const seen = { report: report.id, number: report.number, tenant: report.tenant, seen: countOf(report, doing.action) };
  if (!left) return newDraft<Doing>(report.tenant, { ...doing, ...seen }, Date.now());
  const taken = (await outbox.edit(left.id)) ?? left;
  taken.body = { ...taken.body, ...seen };
  return taken;
}

/** Keeps an unfinished action, photos and all: the camera may cost a phone the page. */
export async function saveAction(draft: DoingDraft): Promise<void> {
  await outbox.save(draft);
}

/** Leaves an action to be sent as soon as that is possible. */
export async function queueAction(draft: DoingDraft): Promise<void> {
  await outbox.save(draft);
  await outbox.queue(draft.id);
  void pump();
}

/** Takes an action that waits out of the outbox, to be filled in again or forgotten. */
export async function dropAction(id: string): Promise<void> {
  await store.remove(id);
  drafts.value.delete(id);
  triggerRef(drafts);
}

/** What waited for the network or for the person goes now. */
export async function wakeActions(): Promise<void> {
  await outbox.wake();
  await pump();
}

let started = false;

/** Reads what former visits left, and keeps sending while the page is open. */
export function startActions(): void {
  if (started) return;
  started = true;
  void (async () => {
    for (const draft of await store.all()) drafts.value.set(draft.id, draft);
    triggerRef(drafts);
    watch([session.ready, session.signedIn], ([ready]) => ready && void wakeActions(), { immediate: true });
  })();
  window.addEventListener("online", () => void wakeActions());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && session.ready.value) void wakeActions();
  });
}
