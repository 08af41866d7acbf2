import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { newDraft, newId, openStore, Outbox, pause, plan, SendFailure, sha256, draftText, type Draft, type Photo, type Receipt, type Store } from "../src/index";

interface Body {
  description: string;
}

/** A server that can be told to fail. It counts what it did and remembers reports by key. */
class House {
  uploads: string[] = [];
  reports = new Map<string, Receipt>();
  submits = 0;
  failUpload: SendFailure[] = [];
  failSubmit: (SendFailure | "lost answer")[] = [];

  way() {
    return {
      hash: sha256,
      upload: async (photo: Photo & { sha256: string }) => {
        const failure = this.failUpload.shift();
        if (failure) throw failure;
        this.uploads.push(photo.sha256);
        return `up-${photo.sha256.slice(0, 8)}`;
      },
      submit: async (draft: Draft<Body>, ids: string[]) => {
        this.submits++;
        const failure = this.failSubmit.shift();
        if (failure && failure !== "lost answer") throw failure;
        expect(ids.every((id) => id.startsWith("up-"))).toBe(true);
        const known = this.reports.get(draft.key) ?? { id: newId(), number: `370202-2026-00000${this.reports.size + 1}`, message: "已收到" };
        this.reports.set(draft.key, known);
        if (failure === "lost answer") throw new SendFailure("later", "没有网络");
        return known;
      },
    };
  }
}

let house: House;
let store: Store<Body>;
let now: number;
let online: boolean;
const open = () => new Outbox<Body>({ store, way: house.way(), online: () => online, now: () => now });

async function draftWith(photos: number): Promise<Draft<Body>> {
  const draft = newDraft<Body>("370202", { description: "井盖破损" }, now);
  for (let i = 0; i < photos; i++) {
    const blob = new Blob([`photo ${i}`], { type: "image/jpeg" });
    draft.photos.push({ id: newId(), name: `${i}.jpg`, type: blob.type, size: blob.size, blob, state: "kept" });
  }
  await store.put(draft);
  return draft;
}

const kept = async (id: string) => (await store.get(id))!;

beforeEach(() => {
  house = new House();
  store = openStore<Body>(`outbox-${newId()}`);
  now = 1_000_000;
  online = true;
});

describe("Outbox", () => {
  it("sends photos, then the report, and lets go of the pictures", async () => {
    const { id } = await draftWith(2);
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    const sent = await kept(id);
    expect(sent.state).toBe("sent");
    expect(sent.receipt?.number).toBe("370202-2026-000001");
    expect(house.uploads).toHaveLength(2);
    expect(sent.photos.map((p) => p.blob.size)).toEqual([0, 0]);
  });

  it("sends nothing that nobody asked to send", async () => {
    await draftWith(1);
    await open().run();
    expect(house.submits + house.uploads.length).toBe(0);
  });

  it("makes one report of two taps and of passes that overlap", async () => {
    const { id } = await draftWith(1);
    const outbox = open();
    await Promise.all([outbox.queue(id).then(() => outbox.run()), outbox.queue(id).then(() => outbox.run()), outbox.run()]);
    await outbox.queue(id);
    await outbox.run();
    expect(house.reports.size).toBe(1);
    expect(house.submits).toBe(1);
  });

  it("waits without a network and goes when it is back", async () => {
    const { id } = await draftWith(1);
    online = false;
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    expect(house.uploads).toHaveLength(0);
    expect(draftText(await kept(id), false)).toBe("已存好，有网络时自动发送");
    online = true;
    await outbox.wake();
    expect((await kept(id)).state).toBe("sent");
  });

  it("resumes in another tab with the photos that are up already", async () => {
    const { id } = await draftWith(3);
    house.failUpload = [undefined as never, new SendFailure("later", "没有网络")];
    const first = open();
    await first.queue(id);
    await first.run();
    expect((await kept(id)).photos.map((p) => p.state)).toEqual(["uploaded", "kept", "kept"]);
    now += pause(1);
    await open().run(); // the first tab was killed
    expect((await kept(id)).state).toBe("sent");
    expect(house.uploads).toHaveLength(3);
    expect(new Set(house.uploads).size).toBe(3);
  });

  it("takes up a photo whose sending was killed half way", async () => {
    const draft = await draftWith(1);
    Object.assign(draft, { state: "queued" });
    draft.photos[0]!.state = "uploading";
    await store.put(draft);
    await open().run();
    expect((await kept(draft.id)).state).toBe("sent");
  });

  it("makes one report when the answer was lost on the way back", async () => {
    const { id } = await draftWith(0);
    house.failSubmit = ["lost answer"];
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    expect((await kept(id)).state).toBe("queued");
    now += pause(1);
    await outbox.run();
    expect((await kept(id)).state).toBe("sent");
    expect(house.submits).toBe(2);
    expect(house.reports.size).toBe(1);
  });

  it("does not hammer a server that is away", async () => {
    const { id } = await draftWith(0);
    house.failSubmit = Array.from({ length: 3 }, () => new SendFailure("later", "服务暂时不可用"));
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    await outbox.run();
    expect(house.submits).toBe(1);
    expect(await outbox.nextAt()).toBe(now + pause(1));
    now += pause(1);
    await outbox.run();
    expect(house.submits).toBe(2);
    expect(await outbox.nextAt()).toBe(now + pause(2));
  });

  it("waits for the person to sign in", async () => {
    const { id } = await draftWith(1);
    house.failUpload = [new SendFailure("sign-in", "请先登录")];
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    now += 10 * pause(20);
    await outbox.run();
    expect((await kept(id)).needsSignIn).toBe(true);
    expect(await outbox.nextAt()).toBeUndefined();
    expect(draftText(await kept(id), true)).toBe("登录后自动发送");
    await outbox.wake();
    expect((await kept(id)).state).toBe("sent");
  });

  it("gives a refused report back with the field, and sends the changed one under a new key", async () => {
    const { id, key } = await draftWith(0);
    house.failSubmit = [new SendFailure("refused", "请写明地点", { division_code: "请选择" })];
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    const refused = await kept(id);
    expect(refused.state).toBe("refused");
    expect(refused.fields).toEqual({ division_code: "请选择" });
    await outbox.run();
    expect(house.submits).toBe(1);
    const again = (await outbox.edit(id))!;
    again.body.description = "在东门";
    await outbox.save(again);
    await outbox.queue(id);
    await outbox.run();
    expect((await kept(id)).state).toBe("sent");
    expect((await kept(id)).key).not.toBe(key);
  });

  it("says which photo was refused", async () => {
    const { id } = await draftWith(2);
    house.failUpload = [new SendFailure("refused", "不是照片")];
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    expect((await kept(id)).photos.map((p) => [p.state, p.problem])).toEqual([["refused", "不是照片"], ["kept", undefined]]);
  });

  it("sends photos again whose upload the server has forgotten", async () => {
    const { id } = await draftWith(2);
    house.failSubmit = [new SendFailure("stale", "照片已过期")];
    const outbox = open();
    await outbox.queue(id);
    await outbox.run();
    now += pause(1);
    await outbox.run();
    expect((await kept(id)).state).toBe("sent");
    expect(house.uploads).toHaveLength(4);
  });

  it("goes on with the others when one fails", async () => {
    const a = await draftWith(0);
    now += 1;
    const b = await draftWith(0);
    house.failSubmit = [new SendFailure("refused", "x")];
    const outbox = open();
    await outbox.queue(a.id);
    await outbox.queue(b.id);
    await outbox.run();
    expect([(await kept(a.id)).state, (await kept(b.id)).state].sort()).toEqual(["refused", "sent"]);
  });
});

describe("sha256", () => {
  it("is the standard's", async () => {
    expect(await sha256(new Blob(["abc"]))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("plan", () => {
  it("leaves what the network can carry as the camera made it", () => expect(plan(3 << 20, { effectiveType: "4g" })).toBeUndefined());
  it("scales what is large", () => expect(plan(9 << 20, undefined)).toEqual({ side: 3000 }));
  it("scales more on a weak network", () => expect(plan(3 << 20, { effectiveType: "3g" })).toEqual({ side: 1920 }));
  it("obeys the saving of data", () => expect(plan(2 << 20, { saveData: true, effectiveType: "4g" })).toEqual({ side: 1920 }));
});
