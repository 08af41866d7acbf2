import { describe, expect, it } from "vitest";
import { parseEvents } from "../src/events";

describe("parseEvents", () => {
  it("takes whole events and keeps the rest for what comes next", () => {
    const first = parseEvents('id: 7\nevent: hint\ndata: {"kind":"report"}\n\n: beat\n\nevent: hi');
    expect(first.events).toEqual([{ id: "7", name: "hint", data: '{"kind":"report"}' }]);
    expect(first.rest).toBe("event: hi");
    expect(parseEvents(`${first.rest}nt\ndata: {}\n\n`).events).toEqual([{ id: "", name: "hint", data: "{}" }]);
  });
  it("hears a farewell without data", () => {
    expect(parseEvents("event: bye\ndata: {}\n\n").events[0]?.name).toBe("bye");
  });
});
