import { ApiError } from "@huying/api";
import { describe, expect, it } from "vitest";
import { fieldProblem, problemText } from "../src/problem";

const error = new ApiError(422, {
  type: "t", title: "内容有误", status: 422, code: "invalid", detail: "请检查填写的内容", errors: [{ field: "body.description", message: "请写明情况" }],
});

describe("a problem in words", () => {
  it("is what the server said, and the fields", () => expect(problemText(error)).toBe("请检查填写的内容；请写明情况"));
  it("stands at its field", () => {
    expect(fieldProblem(error, "description")).toBe("请写明情况");
    expect(fieldProblem(error, "title")).toBeUndefined();
  });
  it("of a broken server names the request", () => {
    expect(problemText(new ApiError(500, { type: "t", title: "服务出错", status: 500, code: "internal", request_id: "abc" }))).toContain("abc");
  });
  it("that is none of ours is plain", () => expect(problemText(new TypeError("x is undefined"))).not.toContain("undefined"));
});
