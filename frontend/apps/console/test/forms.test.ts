// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { draft, dropDraft, keepDraft, missing, openValues, toBody, touched, type Offer } from "../src/report/forms";

const need = (field: string, kind: string, required = false, choices?: string[]) => ({ field, kind, label: field, required, choices });
const offer = (action: string, ...needs: ReturnType<typeof need>[]): Offer => ({ action, title: action, needs: [...needs, need("version", "integer")] }) as Offer;

const reply = offer("reply", need("result", "choice", true, ["solved", "explained"]), need("content", "text", true), need("upload_ids", "photos"));

describe("a form made from what the server needs", () => {
  it("names what is missing, field by field", () => {
    expect(missing(reply, openValues(reply))).toEqual({ result: "请选择", content: "请填写" });
  });
  it("asks for photos only where the problem was solved", () => {
    expect(missing(reply, { result: "solved", content: "好", upload_ids: [] })).toEqual({ upload_ids: "请上传办理后的照片" });
    expect(missing(reply, { result: "explained", content: "好", upload_ids: [] })).toEqual({});
  });
  it("sends the version that was seen and leaves out what is empty", () => {
    expect(toBody(reply, { result: "explained", content: " 已说明 ", upload_ids: [] }, 7)).toEqual({ result: "explained", content: "已说明", version: 7 });
  });
  it("sends marks as numbers and times as moments of Qingdao", () => {
    const call = offer("follow-up", need("reached", "yes_no", true), need("satisfied", "choice", false, ["0", "1", "2", "3"]), need("at", "time"));
    expect(toBody(call, { reached: false, satisfied: "2", at: "2026-11-27T09:30" }, 1)).toEqual({ reached: false, satisfied: 2, at: "2026-11-27T01:30:00.000Z", version: 1 });
  });
  it("takes no for an answer", () => {
    const confirm = offer("confirm", need("confirmed", "yes_no", true), need("reason", "text"));
    expect(missing(confirm, { confirmed: null, reason: "" })).toEqual({ confirmed: "请选择" });
    expect(missing(confirm, { confirmed: false, reason: "" })).toEqual({ reason: "请写明未通过的原因" });
    expect(missing(confirm, { confirmed: true, reason: "" })).toEqual({});
  });
  it("lets several units stand side by side without a lead", () => {
    const dispatch = offer("dispatch", need("lead_unit_id", "unit", true), need("separate_unit_ids", "units"));
    expect(missing(dispatch, { lead_unit_id: "", separate_unit_ids: [] })).toEqual({ lead_unit_id: "请填写" });
    expect(missing(dispatch, { lead_unit_id: "", separate_unit_ids: ["a", "b"] })).toEqual({});
  });
  it("refuses a window that ends before it begins", () => {
    const verify = offer("verify", need("seen", "window"), need("upload_ids", "photos"));
    expect(missing(verify, { seen: { from: "2026-11-27T10:00", to: "2026-11-27T09:00" }, upload_ids: [] }).seen).toBe("结束要晚于开始");
    expect(missing(verify, { seen: { from: "", to: "" }, upload_ids: [] })).toEqual({ upload_ids: "请上传现场照片，或填写查看时段" });
  });
  it("sends parts without their empty fields", () => {
    const split = offer("split", need("parts", "parts", true));
    const values = { parts: [{ title: "", description: " 路灯不亮 ", category: "lamp", photo_ids: [] }] };
    expect(toBody(split, values, 2)).toEqual({ parts: [{ description: "路灯不亮", category: "lamp" }], version: 2 });
  });
});

describe("a draft", () => {
  beforeEach(() => sessionStorage.clear());
  it("comes back as it was written", () => {
    const values = { result: "explained", content: "写了一半", upload_ids: [{ id: "u1", name: "a.jpg" }] };
    keepDraft("r1", reply, values);
    expect(openValues(reply, draft("r1", "reply"))).toEqual(values);
    expect(touched(reply, openValues(reply))).toBe(false);
  });
  it("of another shape is not taken", () => {
    expect(openValues(reply, { content: ["x"], upload_ids: "x" })).toEqual({ result: "", content: "", upload_ids: [] });
  });
  it("is gone once it was sent, or emptied", () => {
    keepDraft("r1", reply, { result: "", content: "x", upload_ids: [] });
    dropDraft("r1", "reply");
    expect(draft("r1", "reply")).toBeUndefined();
    keepDraft("r1", reply, { result: "", content: "x", upload_ids: [] });
    keepDraft("r1", reply, { result: "", content: " ", upload_ids: [] });
    expect(draft("r1", "reply")).toBeUndefined();
  });
});
