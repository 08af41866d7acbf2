import { describe, expect, it } from "vitest";
import { Attempts, newKey } from "../src";

describe("Attempts", () => {
  const lost = new Error("lost");
  const unanswered = (e: unknown) => e === lost;

  it("sends the same thing under the same key until it is answered, and then under another", async () => {
    const attempts = new Attempts();
    const keys: string[] = [];
    const go = (outcome: unknown) => (key: string) => {
      keys.push(key);
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    };
    await expect(attempts.send("a", go(lost), unanswered)).rejects.toBe(lost);
    await expect(attempts.send("b", go("other"), unanswered)).resolves.toBe("other");
    await expect(attempts.send("a", go("done"), unanswered)).resolves.toBe("done");
    await expect(attempts.send("a", go("again"), unanswered)).resolves.toBe("again");
    expect(keys[2]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
  });

  it("forgets the key of what was refused", async () => {
    const attempts = new Attempts();
    const keys: string[] = [];
    const refuse = (key: string) => (keys.push(key), Promise.reject(new Error("refused")));
    await expect(attempts.send("a", refuse, unanswered)).rejects.toThrow("refused");
    await expect(attempts.send("a", refuse, unanswered)).rejects.toThrow("refused");
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("makes keys that the API takes", () => {
    expect(newKey()).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  });
});
