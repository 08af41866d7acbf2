/** Words of the API in plain words, where the API itself gives only the code word. */
import { spoken, t } from "./i18n";

export const states: [string, string][] = [
  ["submitted", "待受理"], ["open", "待代表接单"], ["accepted", "已接单"], ["verified", "已核实"], ["dispatched", "已交办"], ["handling", "办理中"],
  ["replied", "已答复"], ["resolved", "待评价"], ["closed", "已办结"], ["reopened", "重新办理"], ["rejected", "不予受理"], ["merged", "已合并办理"],
  ["carried_over", "已挂账"], ["suggested", "已转代表建议"], ["transferred", "已移交外区"], ["withdrawn", "已撤回"],
];

export const stateName = spoken(Object.fromEntries(states));

/** How a state looks: waiting for somebody, under way, or ended. */
export function stateTone(state: string): "wait" | "go" | "done" | "off" {
  if (["submitted", "open", "reopened", "verified"].includes(state)) return "wait";
  if (["accepted", "dispatched", "handling", "replied", "carried_over", "suggested"].includes(state)) return "go";
  if (["resolved", "closed"].includes(state)) return "done";
  return "off";
}

/** Choices of actions, by field, then by the choice. */
const choices: Record<string, Record<string, string>> = {
  result: { solved: "已解决", partly_solved: "部分解决", explained: "已解释说明", not_possible: "暂时无法解决" },
  outcome: { reached: "联系上了", unreachable: "没有联系上" },
  measure: { fenced: "已围挡、设置警示", visited: "已到现场查看" },
  decision: { restart: "重新启动办理", keep: "继续挂账" },
  satisfied: { "0": "没说", "1": "满意", "2": "基本满意", "3": "不满意" },
  attitude: { "1": "满意", "2": "基本满意", "3": "不满意" },
};

const byAction: Record<string, Record<string, Record<string, string>>> = {
  contact: { way: { phone: "电话", visit: "上门", message: "短信或留言", office: "请来单位面谈" } },
  resolve: { way: { answered: "当面答复", explained: "解释说明", coordinated: "协调解决" } },
  pause: { kind: { joint_meeting: "联席会商", mediation: "调解", weather: "天气原因", third_party: "等待第三方" } },
  "legal-route": {
    kind: { litigation: "诉讼", administrative_review: "行政复议", arbitration: "仲裁", mediation_agreement: "人民调解协议", petition: "信访程序" },
  },
  rate: { result: { "1": "满意", "2": "基本满意", "3": "不满意" } },
};

export function choiceName(action: string, field: string, choice: string): string {
  return t(byAction[action]?.[field]?.[choice] ?? choices[field]?.[choice] ?? choice);
}

export const photoRoles = spoken({ before: "反映时", inspection: "核实时", progress: "办理中", after: "办理后", proof: "凭据" });

export const identityLevels = spoken({
  hidden_public: "对外保密", hidden_all: "对单位和代表也保密", no_phone: "没有留电话",
});

export const sources = spoken({ citizen: "群众自己提交", station: "联络站代填", hotline: "热线转来", family: "家人代填", partner: "合作系统转来" });

export const parts = spoken({ lead: "主办", assisting: "协办", separate: "分办", joined: "共同跟进" });

export const unitKinds = spoken({ administrative: "行政机关", enterprise: "企业", vertical: "垂直管理", zone: "功能区", village: "村居" });
export const unitLevels = spoken({ city: "市级", district: "区市级", subdistrict: "街镇级", community: "社区村级" });
export const stationKinds = spoken({
  comprehensive: "综合", professional: "专业", online: "线上", legislative: "立法联系点", mediation: "调解室",
});
export const congressLevels = spoken({ national: "全国", province: "省", provincial: "省", city: "市", district: "区（县级市）", town: "镇" });

export const assignmentStates = spoken({
  assigned: "待签收", taken: "已签收", returned: "已退单", replied: "已答复", withdrawn: "已撤销", dropped: "已撤销", ended: "已结束",
});

export const linkKinds = spoken({
  merged_into: "已并入", merged: "并入本件", split_from: "拆分自", split: "拆出", follows: "接续", followed_by: "后续",
});

export const clockNames = spoken({
  admit: "受理", accept: "接单", verify: "核实", dispatch: "交办", take: "签收", contact: "联系反映人", on_site: "到场处置", handling: "办理", confirm: "核实办理结果",
  rate: "评价", rate_remind: "提醒评价", rate_call: "电话请评价", redispatch: "重新交办", attitude: "答复态度意见", objection: "异议", appeal: "复核",
  ruling: "裁定退单", review: "挂账复查", answer: "补充情况", supervise: "督办说明", extension: "延期审批", opinion: "协办意见", transfer: "对方答复移交",
  transfer_city: "市人大裁定移交",
});

export const clockClasses = spoken({ urgent: "紧急", utility: "水电气暖", ordinary: "一般", complex: "复杂", danger: "危险" });

/** "24h" → 24小时, "3wd" → 3个工作日; what is not understood stays as it is. */
export function spanWords(text: string): string {
  const m = /^(\d+)(min|m|h|d|wh|wd)$/.exec(text);
  if (!m) return text;
  const unit: Record<string, string> = { min: "分钟", m: "分钟", h: "小时", d: "天", wh: "个工作小时", wd: "个工作日" };
  return `${m[1]}${unit[m[2]!]}`;
}
