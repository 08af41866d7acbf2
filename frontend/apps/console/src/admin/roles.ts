/** What policy/roles.csv says of each role: where it may be granted, what it names, who may give it. */

export interface Role {
  id: string;
  name: string;
  digits: number[];
  needs: "" | "unit" | "station" | "deputy";
  givers: string[];
}

const role = (id: string, name: string, digits: number[], needs: Role["needs"], ...givers: string[]): Role => ({ id, name, digits, needs, givers });

export const granted: Role[] = [
  role("street_office", "街道人大工委/镇人大主席团", [9], "", "tenant_admin"),
  role("district_staff", "区(市)人大代工委工作人员", [6], "", "tenant_admin"),
  role("district_head", "区(市)人大签发人", [6], "", "tenant_admin"),
  role("screener", "信息审核员", [6, 9], "", "tenant_admin"),
  role("follow_up_caller", "回访员", [6], "", "tenant_admin"),
  role("duty_officer", "值班员", [6, 9], "", "tenant_admin"),
  role("coordinator", "区社会治理服务中心/政府办", [6], "", "tenant_admin"),
  role("unit_head", "承办单位负责人", [6, 9, 12], "unit", "tenant_admin"),
  role("unit_clerk", "承办单位经办人", [6, 9, 12], "unit", "tenant_admin", "unit_head"),
  role("city_unit", "市级及垂直、公用事业单位", [6], "unit", "tenant_admin"),
  role("station_manager", "联络站站长", [6, 9, 12], "station", "tenant_admin", "street_office"),
  role("grid_member", "网格员", [12, 15], "", "tenant_admin", "street_office"),
  role("deputy", "人大代表", [6, 9, 12], "deputy", "tenant_admin"),
];

/** The roles that holders of these roles may give. */
export const grantable = (holds: string[]): Role[] => granted.filter((r) => r.givers.some((g) => holds.includes(g)));

export const roleNames: Record<string, string> = {
  ...Object.fromEntries(granted.map((r) => [r.id, r.name])), tenant_admin: "区市系统管理员", auditor: "审计员", city_supervisor: "市人大常委会监督人员", city_leader: "市人大领导",
};
