/** Ready texts for a field of a form: this person's own, then the unit's and the district's, then the house's. */
import { get, type Schemas } from "../core/http";

export type Text = Schemas["UnitTextView"];
export const textKinds: Record<string, string> = {
  reply: "答复", return_reason: "退单理由", reject_reason: "不予受理理由", extend_reason: "延期理由", pause_reason: "暂停理由", question: "请反映人补充", carry_over_reason: "挂账理由",
};

/** Which kind of ready text fits a field of an action. */
export const kindOf: Record<string, string> = {
  "reply.content": "reply", "return.reason": "return_reason", "reject.reason": "reject_reason", "extend.reason": "extend_reason", "pause.reason": "pause_reason", "ask.question": "question",
  "carry-over.reason": "carry_over_reason",
};

/** What the house offers where nobody keeps texts: the sentences of steps that have no shelf of their own. */
export const usual: Record<string, string[]> = {
  "verify.findings": ["已到现场查看，情况属实：____。", "已到现场查看，未发现所反映的情况，已电话向反映人了解：____。"],
  "confirm.reason": ["现场查看，问题仍然存在：____", "反映人表示单位没有联系过本人"],
  "refuse.reason": ["请补充办理后的现场照片", "答复没有回应群众反映的问题，请针对性修改", "请写明完成时间"],
  "supervise.letter": ["____：群众反映的____一事已超过承诺时限____，请于____前办结并书面说明原因和整改措施。"],
  "reply.content": [
    "您反映的问题我单位已到现场核实并处理完毕，现场已恢复正常。感谢您的监督。",
    "您反映的问题已部分解决，其余部分计划于____前完成，届时再告知您。",
    "经现场核实，情况是____。依据____，现向您说明：____。",
    "您反映的问题目前暂不具备条件解决，原因是____。我们将____，并于____前再次告知您进展。",
  ],
  "reject.reason": ["属于____职责，不在代表联系群众事项受理范围", "所反映内容缺少地点和具体情况，无法核实", "属于个人之间的民事纠纷，建议通过人民调解或诉讼解决"],
  "return.reason": ["该地段管理养护责任单位为____，不属我单位职责，附责任划分依据"],
  "extend.reason": ["需要____审批，预计____前完成", "连续降雨无法施工，天气好转后立即实施"],
  "ask.question": ["请补充具体位置（附近门牌号或明显标志）", "请补充发生的时间段，最好附一张现场照片"],
};

/** The texts kept for a field and a category; those of the own unit stand first, as the server orders them. */
export async function readyTexts(field: string, category: string): Promise<Text[]> {
  const kind = kindOf[field];
  return kind ? (await get<{ items: Text[] }>("/text-templates", { kind, category })).items : [];
}
