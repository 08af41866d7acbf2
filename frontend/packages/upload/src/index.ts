export { draftText, newDraft, newId, photoText, type Choice, type Draft, type DraftState, type Photo, type PhotoState, type Receipt } from "./draft";
export { heicCopy, isHeic } from "./heic";
export { createHasher } from "./hasher";
export { Outbox, pause, SendFailure, type OutboxOptions, type Way } from "./outbox";
export { sha256 } from "./sha256";
export { plan, shrink } from "./shrink";
export { openStore, type Store } from "./store";
