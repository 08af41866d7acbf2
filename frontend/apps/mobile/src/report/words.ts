/** The colour a state is shown in; the word beside it says the same. */
export function tone(state: string): string {
  if (state === "resolved" || state === "closed") return "ok";
  if (state === "reopened" || state === "rejected") return "bad";
  if (state === "submitted" || state === "carried_over") return "warn";
  return "";
}

/** What the values that the server lists for a field mean to people. */
export const choiceWords: Record<string, Record<string, string>> = {
  way: { answered: "当场答复", explained: "说明政策", coordinated: "协调解决", phone: "电话", visit: "上门", message: "短信", office: "来访" },
  outcome: { reached: "已联系上", unreachable: "没有联系上" },
  result: {
    "1": "满意",
    "2": "基本满意",
    "3": "不满意",
    solved: "已解决",
    partly_solved: "部分解决",
    partial: "部分解决",
    planned: "已列入计划",
    explained: "说明情况",
    cannot: "暂不能解决",
  },
  attitude: { "1": "满意", "2": "基本满意", "3": "不满意" },
  satisfied: { "0": "没说", "1": "满意", "2": "基本满意", "3": "不满意" },
  decision: { restart: "重新启动", keep: "继续挂账" },
  measure: { fenced: "已围挡", visited: "已到现场" },
};
