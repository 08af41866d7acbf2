import { say } from "@huying/i18n";
/** Where a photo of a draft is on its way. */
export type PhotoState = "kept" | "uploading" | "uploaded" | "refused";

/** A photo kept in the draft: the bytes that will be sent, and how far they got. */
export interface Photo {
  id: string;
  name: string;
  type: string;
  size: number;
  blob: Blob;
  state: PhotoState;
  sha256?: string;
  uploadId?: string;
  /** A JPEG to show in place of an original that most programs cannot open; it goes out beside the original. */
  copy?: Blob;
  /** Why the server did not take it, in words for the person. */
  problem?: string;
}

/** editing: the person is writing; queued: to be sent; sent: the server has it; refused: the server wants a change. */
export type DraftState = "editing" | "queued" | "sent" | "refused";

/** A division by its code, and its name for people. */
export interface Choice {
  code: string;
  full_name: string;
}

export interface Receipt {
  id: string;
  number: string;
  message: string;
  query_code?: string;
}

/** A report on its way, with everything needed to send it after a reload, a crash or a week without network. */
export interface Draft<Body = Record<string, unknown>> {
  id: string;
  tenant: string;
  /** Names this one report to the server, so that sending twice makes one. A changed body gets a new one. */
  key: string;
  body: Body;
  photos: Photo[];
  state: DraftState;
  attempts: number;
  /** Not before this moment (milliseconds) is sending tried again. */
  notBefore: number;
  /** Why it waits or was refused, in words for the person. */
  problem?: string;
  /** The fields the server named. */
  fields?: Record<string, string>;
  /** What the server offers to choose from, such as the communities nearest to a position. */
  choices?: Choice[];
  /** It waits for the person to sign in. */
  needsSignIn?: boolean;
  receipt?: Receipt;
  createdAt: number;
  updatedAt: number;
}

/** A random id; randomUUID exists on secure pages only. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = [...b].map((v) => v.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function newDraft<Body>(tenant: string, body: Body, now: number): Draft<Body> {
  return { id: newId(), tenant, key: newId(), body, photos: [], state: "editing", attempts: 0, notBefore: 0, createdAt: now, updatedAt: now };
}

/** What to say about one photo, in a word. */
export function photoText(photo: Photo): string {
  switch (photo.state) {
    case "kept":
      return say("已存在手机里，等待发送");
    case "uploading":
      return say("正在发送");
    case "uploaded":
      return say("已发送");
    case "refused":
      return photo.problem ?? say("没有被接受");
  }
}

/** What to say about a draft on its way. */
export function draftText(draft: Pick<Draft<unknown>, "state" | "receipt" | "problem" | "needsSignIn" | "photos" | "attempts">, online: boolean): string {
  switch (draft.state) {
    case "editing":
      return say("还没有发送");
    case "sent":
      return say("已发送，编号 {0}", [draft.receipt?.number ?? ""]);
    case "refused":
      return draft.problem ?? say("需要修改后再发送");
    case "queued": {
      if (draft.needsSignIn) return say("登录后自动发送");
      if (!online) return say("已存好，有网络时自动发送");
      const done = draft.photos.filter((p) => p.state === "uploaded").length;
      if (draft.attempts > 0) return draft.problem ?? say("网络不稳，稍后自动再试");
      return draft.photos.length ? say("正在发送：照片 {0}/{1}", [done, draft.photos.length]) : say("正在发送");
    }
  }
}
