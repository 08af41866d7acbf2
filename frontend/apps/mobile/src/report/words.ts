import { say } from "@huying/i18n";
/** The colour a state is shown in; the word beside it says the same. */
export function tone(state: string): string {
  if (state === "resolved" || state === "closed") return "ok";
  if (state === "reopened" || state === "rejected") return "bad";
  if (state === "submitted" || state === "carried_over") return "warn";
  return "";
}

/** What the values that the server lists for a field mean to people. */
export const choiceWords: Record<string, Record<string, string>> = {
  way: { answered: say("当场答复"), explained: say("说明政策"), coordinated: say("协调解决"), phone: say("电话"), visit: say("上门"), message: say("短信"), office: say("来访") },
  outcome: { reached: say("已联系上"), unreachable: say("没有联系上") },
  result: {
    "1": say("满意"),
    "2": say("基本满意"),
    "3": say("不满意"),
    solved: say("已解决"),
    partly_solved: say("部分解决"),
    partial: say("部分解决"),
    planned: say("已列入计划"),
    explained: say("说明情况"),
    cannot: say("暂不能解决"),
  },
  attitude: { "1": say("满意"), "2": say("基本满意"), "3": say("不满意") },
  satisfied: { "0": say("没说"), "1": say("满意"), "2": say("基本满意"), "3": say("不满意") },
  decision: { restart: say("重新启动"), keep: say("继续挂账") },
  measure: { fenced: say("已围挡"), visited: say("已到现场") },
};
