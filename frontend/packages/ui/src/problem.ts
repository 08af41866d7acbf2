import { say } from "@huying/i18n";
import { ApiError, OFFLINE } from "@huying/api";

const known: Record<string, string> = {
  [OFFLINE]: say("网络不通，请稍后再试"),
  unauthenticated: say("请先登录"),
  unavailable: say("服务暂时不可用，请稍后再试"),
};

/** What to tell a person about a failure: the server's own words where it has some. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return say("出了点问题，请稍后再试");
  const said = error.problem.detail ?? known[error.code] ?? error.problem.title;
  const fields = error.problem.errors?.map((e) => e.message).filter((m) => m && !said.includes(m)) ?? [];
  const text = [said, ...fields].join("；");
  return error.status >= 500 && error.problem.request_id ? say("{0}（报障编号 {1}）", [text, error.problem.request_id]) : text;
}

/** The complaint about one field of a form, if the failure names it. */
export function fieldProblem(error: unknown, name: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.problem.errors?.find((e) => e.field === name || e.field.endsWith(`.${name}`))?.message;
}
