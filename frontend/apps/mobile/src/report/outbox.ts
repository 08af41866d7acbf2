import { ApiError, OFFLINE, unwrap, type Schema } from "@huying/api";
import { say } from "@huying/i18n";
import { createHasher, heicCopy, newDraft, openStore, Outbox, SendFailure, type Choice, type Draft } from "@huying/upload";
import { computed, shallowRef, triggerRef, watch } from "vue";
import { session } from "../session";

/** A submission as the form fills it, with the words beside the codes so that it reads well without a network. */
export interface Form {
  category?: string;
  description: string;
  danger?: boolean;
  division_code?: string;
  division_name?: string;
  place_id?: string;
  place_name?: string;
  position?: { lat: number; lng: number; accuracy_m?: number };
  position_source?: "device" | "exif" | "map";
  address?: string;
  answers: Record<string, string>;
  visibility: "public" | "private";
  identity_level: "hidden_public" | "hidden_all" | "no_phone";
  in_legal_process: boolean;
  on_behalf?: { name: string; phone: string; relation?: string };
  deputy_id?: string;
  station_id?: string;
}

export type ReportDraft = Draft<Form>;

export function emptyForm(): Form {
  return { description: "", answers: {}, visibility: "private", identity_level: "hidden_public", in_legal_process: false };
}

/** The body that the server takes; words for people and empty answers stay here. */
export function submission(form: Form, uploadIds: string[]): Schema<"ReportSubmission"> {
  const answers = Object.fromEntries(Object.entries(form.answers).filter(([, v]) => v.trim() !== ""));
  return {
    category: form.category ?? "other",
    description: form.description.trim(),
    danger: form.danger ?? false,
    division_code: form.division_code,
    place_id: form.place_id,
    position: form.position && { lat: form.position.lat, lng: form.position.lng, accuracy_m: form.position.accuracy_m },
    address: form.address?.trim() || undefined,
    answers: Object.keys(answers).length ? answers : undefined,
    visibility: form.visibility,
    identity_level: form.identity_level,
    in_legal_process: form.in_legal_process,
    on_behalf: form.on_behalf?.name.trim() ? form.on_behalf : undefined,
    deputy_id: form.deputy_id,
    station_id: form.station_id,
    upload_ids: uploadIds.length ? uploadIds : undefined,
  };
}

/** The communities a refusal offers to choose from. */
export function choicesOf(error: ApiError): Choice[] | undefined {
  const { choices } = error.problem as { choices?: Choice[] };
  return error.code === "division_needed" && choices?.length ? choices : undefined;
}

/** What a failed call means for what waits to be sent. */
export function failure(error: unknown): SendFailure {
  if (!(error instanceof ApiError)) return new SendFailure("later", say("网络不稳，稍后自动再试"));
  if (error.status === 401) return new SendFailure("sign-in", say("登录后自动发送"));
  if (error.code === OFFLINE || error.status >= 500 || error.status === 429 || error.status === 408) {
    return new SendFailure("later", say("网络不稳，稍后自动再试"));
  }
  if (error.code === "upload_missing" || error.code === "upload_not_usable") return new SendFailure("stale", say("照片要重新发送"));
  const fields = Object.fromEntries((error.problem.errors ?? []).map((e) => [e.field.replace(/^body\./, ""), e.message]));
  return new SendFailure("refused", error.problem.detail ?? error.problem.title, fields, choicesOf(error));
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SendFailure ? error : failure(error);
  }
}

/** Headers that the browser sets itself and lets nobody set. */
const OWN_HEADERS = new Set(["content-length", "host"]);

interface Bytes {
  blob: Blob;
  name: string;
  type: string;
  sha256: string;
}

/** Brings bytes to the store under a ticket, and lets the server look at them. */
async function uploadBytes(file: Bytes, tenant: string, companionOf?: string): Promise<string> {
  const headers = { "X-Tenant": tenant };
  const ticket = await unwrap(
    session.api.POST("/api/v1/uploads", {
      headers,
      body: { file_name: file.name, content_type: file.type || "image/jpeg", size: file.blob.size, sha256: file.sha256, companion_of: companionOf },
    }),
  );
  const signed = Object.fromEntries(Object.entries(ticket.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())));
  let put: Response;
  try {
    put = await fetch(ticket.url, { method: "PUT", headers: signed, body: file.blob });
  } catch {
    throw new SendFailure("later", say("网络不稳，稍后自动再试"));
  }
  if (!put.ok) throw new SendFailure("later", say("照片没有传完，稍后自动再试"));
  const seen = await unwrap(session.api.POST("/api/v1/uploads/{upload_id}/verify", { headers, params: { path: { upload_id: ticket.upload_id } } }));
  if (seen.state === "rejected") throw new SendFailure("refused", say("这个文件不能作为照片，请换一张"));
  return ticket.upload_id;
}

/** Brings a photo up and gives its upload id. A HEIC original goes with the JPEG that is shown in its place. */
export async function uploadPhoto(photo: Bytes & { copy?: Blob }, tenant: string): Promise<string> {
  if (photo.type !== "image/heic") return uploadBytes(photo, tenant);
  let copy: Blob;
  try {
    copy = photo.copy ?? (await heicCopy(photo.blob));
  } catch {
    if (!navigator.onLine) throw new SendFailure("later", say("网络不稳，稍后自动再试"));
    throw new SendFailure("refused", say("这台手机转换不了这张 HEIC 照片。照片还在；请把它截图后另加一张，再删去这一张"));
  }
  const original = await uploadBytes(photo, tenant);
  const name = photo.name.replace(/\.[^.]*$/, "") + ".jpg";
  await uploadBytes({ blob: copy, name, type: "image/jpeg", sha256: await hash(copy) }, tenant, original);
  return original;
}

const hash = createHasher();
const store = openStore<Form>();
const drafts = shallowRef<Map<string, ReportDraft>>(new Map());

/** Everything in the outbox, newest first. */
export const all = computed(() => [...drafts.value.values()].sort((a, b) => b.createdAt - a.createdAt));
/** How many are not sent yet though somebody pressed send. */
export const waiting = computed(() => all.value.filter((d) => d.state === "queued" || d.state === "refused").length);

/** Asks for sign-in when something waits for it; set by the first page that can. */
let timer: ReturnType<typeof setTimeout> | undefined;

export const outbox = new Outbox<Form>({
  store,
  way: {
    hash,
    upload: (photo, tenant) =>
      attempt(async () => {
        if (!session.signedIn.value) throw new SendFailure("sign-in", say("登录后自动发送"));
        return uploadPhoto(photo, tenant);
      }),
    submit: (draft, ids) =>
      attempt(async () => {
        if (!session.signedIn.value) throw new SendFailure("sign-in", say("登录后自动发送"));
        return unwrap(
          session.api.POST("/api/v1/reports", {
            params: { header: { "Idempotency-Key": draft.key } },
            headers: { "X-Tenant": draft.tenant },
            body: submission(draft.body, ids),
          }),
        );
      }),
  },
  online: () => navigator.onLine,
  exclusive: async (pass) => {
    if ("locks" in navigator) await navigator.locks.request("huying.outbox", pass);
    else await pass();
  },
  onChange: (draft) => {
    drafts.value.set(draft.id, structuredClone(draft));
    triggerRef(drafts);
  },
});

/** Sends what is due, and comes back when the next is. */
export async function pump(): Promise<void> {
  await outbox.run();
  clearTimeout(timer);
  const next = await outbox.nextAt();
  if (next !== undefined && navigator.onLine) timer = setTimeout(() => void pump(), Math.max(500, next - Date.now()));
}

/** What waited for the network or for the person goes now. */
export async function wake(): Promise<void> {
  await outbox.wake();
  await pump();
}

let started = false;

/** Reads what former visits left and keeps sending while the page is open. */
export function startOutbox(): void {
  if (started) return;
  started = true;
  void (async () => {
    for (const draft of await store.all()) drafts.value.set(draft.id, draft);
    triggerRef(drafts);
    // Not before it is known who this is: sent too early, it would wait for a sign-in that has happened.
    watch([session.ready, session.signedIn], ([ready]) => ready && void wake(), { immediate: true });
  })();
  window.addEventListener("online", () => void wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && session.ready.value) void wake();
  });
}

/** The draft somebody was writing here, or a new one. */
export async function openDraft(tenant: string): Promise<ReportDraft> {
  const writing = (await store.all()).filter((d) => d.state === "editing" && d.tenant === tenant).at(-1);
  return writing ?? newDraft(tenant, emptyForm(), Date.now());
}

export function takeBack(id: string): Promise<ReportDraft | undefined> {
  return outbox.edit(id);
}

export async function discard(id: string): Promise<void> {
  await store.remove(id);
  drafts.value.delete(id);
  triggerRef(drafts);
}
