import { describe, expect, it } from "vitest";
import { newDraft, openStore } from "../src/index";

describe("a browser that keeps nothing", () => {
  it("holds a draft as long as the page, apart from what is written on", async () => {
    expect(typeof indexedDB).toBe("undefined");
    const store = openStore<{ description: string }>();
    const draft = newDraft("370202", { description: "井盖破损" }, 1);
    await store.put(draft);
    draft.body.description = "还在写";
    expect((await store.get(draft.id))?.body.description).toBe("井盖破损");
    expect(await store.all()).toHaveLength(1);
    await store.remove(draft.id);
    expect(await store.all()).toEqual([]);
  });
});
