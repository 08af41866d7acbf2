package fiction

import (
	"strings"
)

// lines are what citizens write, by category. {p} is the place, {w} the time, {s} a spot within the place.
// Dialect, slips of the pen and missing punctuation are on purpose: real reports look like this.
var lines = map[string][]string{
	"road": {
		"{p}{s}路面塌了一块，有脸盆那么大，{w}差点把我电动车颠翻了，希望尽快修补。",
		"{p}门口这条路坑坑洼洼好几个月了，一下雨全是水，走路都得蹦着走，杠赛了。",
		"人行道上的砖翘起来好几块，老人走路容易伴倒，位置在{p}{s}。",
		"{p}{s}刚修完管道路面没有恢复，就填了点土，车一过暴土狼烟的。",
		"盲道断了一截，直接通到电线杆上，{p}{s}，请有关部门来看看。",
		"路边石坏了三四块，散在{p}{s}，晚上看不见。",
	},
	"manhole": {
		"{p}{s}井盖没有了！！{w}发现的，就插了根树枝，太吓人了。",
		"井盖松动，车压上去哐当哐当响，一宿一宿睡不着，在{p}{s}。",
		"{p}{s}有个井盖碎了一个角，小孩脚能漏下去。",
		"雨水箅子被人偷了，{p}{s}，骑车的一定要小心。",
		"污水井往外冒水，味道很大，{p}{s}，已经{w}了还没人管。",
	},
	"streetlight": {
		"{p}{s}一排路灯不亮，{w}开始的，下夜班的都摸黑走。",
		"路灯白天亮晚上不亮，反了，{p}{s}。",
		"{p}{s}路灯杆子歪了，怕刮风倒下来砸着人。",
		"公园里头的灯坏了一大半，老人晚上遛弯不敢去了，{p}。",
		"灯杆底下电线露在外面，{p}{s}，小孩经常在那儿耍。",
	},
	"garbage": {
		"{p}{s}垃圾桶满了好几天没人收，苍蝇嗡嗡的，味儿熏人。",
		"有人半夜往{p}{s}倒装修垃圾，堆成小山了。",
		"{p}楼后面成了垃圾场，旧沙发破床垫什么都有，夏天招老鼠。",
		"分类垃圾桶就是摆设，收的时候全倒一个车里，{p}{s}。",
		"绿化带里全是塑料袋和狗屎，{p}{s}，能不能安排人捡一下。",
		"早市收摊后烂菜叶子满地，{p}{s}，{w}了都没扫。",
	},
	"parking": {
		"{p}{s}两边停满了车，公交车都过不去，天天堵。",
		"有人用地锁占公共车位，{p}{s}，一占就是好几个。",
		"共享单车把盲道占得满满的，{p}{s}。",
		"大货车长期停在{p}{s}，挡视线，出小区老危险了。",
		"僵尸车停了得有半年了，轮胎都瘪了，{p}{s}。",
	},
	"noise": {
		"{p}{s}工地半夜十一二点还在打混凝土，家里有高考的孩子，求求管管吧。",
		"广场舞音响太大，{w}一直到九点多，关着窗都听得见，{p}{s}。",
		"楼下烧烤店喝酒划拳到后半夜，{p}{s}，俺家老人心脏不好。",
		"{p}{s}空调外机嗡嗡响，整宿整宿的，和老板说了好几次不听。",
		"早上五点多就有人在{p}{s}放喇叭收破烂。",
	},
	"illegal_building": {
		"一楼把院子圈起来盖了阳光房，{p}{s}，公共绿地成他家的了。",
		"{p}顶楼有人加盖了一层，我们下面天天漏水。",
		"有人在{p}{s}搭铁皮房卖早点，占了大半个人行道。",
		"邻居把承重墙砸了改门面，{p}{s}，全楼都害怕。",
	},
	"greening": {
		"{p}{s}花圃被踩出一条路，花都死了，太可惜了。",
		"行道树枝子耷拉到电线上了，{p}{s}，刮风打火花。",
		"{p}绿地让人种上菜了，还浇大粪，味道没法闻。",
		"树死了好几棵没人补，{p}{s}，光秃秃的。",
		"法桐毛毛满天飞，{p}{s}，孩子过敏，能不能修剪一下。",
		"草坪被电动车压得不成样子，{p}{s}，建议加个栏杆。",
	},
	"utilities": {
		"{p}{s}自来水管爆了，水哗哗往外冒，{w}就开始了，太浪费了。",
		"家里暖气不热，才十五六度，打电话总说派人来，{p}{s}，老人冻得盖两床被。",
		"{p}水压太低，四楼以上洗澡都没水。",
		"楼道里闻着有煤气味，{p}{s}，请赶快来检查。",
		"{p}一个礼拜停了三次电，冰箱里东西都坏了，也没人通知。",
	},
	"property": {
		"{p}电梯坏了{w}没修，住十五楼的老人下不来，物业就会说等配件。",
		"物业费年年涨，保洁保安一个看不着，{p}业主意见很大。",
		"{p}楼道里堆满杂物，灯也不亮，物业装看不见。",
		"{p}公共收益从来不公示，广告停车费的钱哪去了。",
		"门禁坏了两个月，谁都能进，{p}{s}丢了好几辆电动车。",
	},
	"fire_lane": {
		"{p}{s}消防通道停满私家车，真着火了消防车怎么进。",
		"楼道里有人给电动车充电，{p}{s}，去年别的小区就出过事，太吓人。",
		"安全出口被物业锁上了，{p}{s}，问就是怕丢东西。",
		"消防栓没有水，{p}{s}，我们自己拧开试过了。",
	},
	"other": {
		"{p}{s}护栏倒了一片，边上就是陡坡，孩子上学天天走。",
		"公交站牌字都掉光了，老人看不清，{p}{s}。",
		"健身器材坏了，扶手断了一头翘着，{p}{s}，怕扎着人。",
		"{p}{s}有流浪狗成群，早上上学的孩子不敢走。",
		"建议在{p}{s}加一个红绿灯，过马路太危险了。",
	},
}

var (
	spots  = []string{"南门", "北门", "3号楼前", "12号楼东侧", "菜市场口", "公交站旁", "小学门口", "拐角处", "地下车库入口", "幼儿园对面", "西墙外", "桥洞下面", "卫生站门前", "便利店旁边", ""}
	whens  = []string{"昨天晚上", "今天早上", "三天", "一个多星期", "上周末", "前天下午", "快半个月", "今早六点来钟"}
	closes = []string{"", "", "", "谢谢！", "麻烦了。", "盼回复。", "反映好几回了。", "俺们全楼都盼着。", "辛苦各位代表了。"}
)

// openings are how people begin when they are tired of it, or polite, or speak as at home.
var openings = []string{
	"", "", "", "", "", "", "您好，", "领导好：", "各位代表，", "俺说个事儿，", "哎，", "第三次反映了！！", "有没有人管啊？？", "打12345也打过了，",
	"说句难听的，交了这么多年物业费，", "我是{p}的老住户，", "气死个人，",
}

// angers are how some of them end.
var angers = []string{"再不管我就天天来报！", "拍个照就算办了？糊弄谁呢！", "没出事都不着急是吧！！！", "真服了。", "你们自己来住一晚上试试。"}

// slips are what thumbs and voice input make of words.
var slips = strings.NewReplacer(
	"希望", "希忘", "的时候", "得时候", "已经", "以经", "再", "在", "反映", "反应", "垃圾", "拉圾", "车位", "车未", "半夜", "半野", "位置", "位子",
	"修补", "休补", "安排", "按排", "厉害", "历害", "小孩", "小还", "影响", "影象", "做饭", "作饭",
)

// Report invents what a citizen writes about a place.
func (t *Teller) Report(category, place string) string {
	list := lines[category]
	if list == nil {
		list = lines["other"]
	}
	fill := strings.NewReplacer("{p}", place, "{s}", Pick(t, spots), "{w}", Pick(t, whens))
	opening, body, end := fill.Replace(Pick(t, openings)), fill.Replace(Pick(t, list)), Pick(t, closes)
	if t.Chance(9) {
		end = Pick(t, angers)
	}
	if t.Chance(10) {
		// The name of the place stays as it is: it is what the report is found by.
		parts := strings.Split(body, place)
		for i := range parts {
			parts[i] = slips.Replace(parts[i])
		}
		body = strings.Join(parts, place)
	}
	if t.Chance(12) {
		body = strings.NewReplacer("，", " ", "。", " ").Replace(body)
	}
	return opening + body + end
}

// findings are what a deputy notes on site.
var findings = []string{
	"到现场看过，情况属实，已与反映人通过电话。",
	"下午实地查看，情况与照片一致，影响周边居民出行，建议尽快处理。",
	"与社区网格员一起到现场核实，问题存在约两周，涉及居民三十余户。",
	"现场查看两次，问题属实，有一定安全隐患，建议先做防护。",
	"走访了附近六户居民，反映一致，建议由主管部门牵头办理。",
}

// Findings invents what a deputy found on site.
func (t *Teller) Findings() string { return Pick(t, findings) }

// replies are a unit's answers, by category; "" serves the others.
var replies = map[string][]string{
	"road":             {"已安排养护队铣刨并重新摊铺，面积约12平方米，当日恢复通行。", "破损处已切割修补，人行道砖更换46块，现场已清理。"},
	"manhole":          {"接件后40分钟到场围挡，更换防沉降井盖一套，已复查。", "井座已重新安装加固，异响消除，已与反映人现场确认。"},
	"streetlight":      {"查明为电缆接头进水，已更换接头和灯具8盏，夜间复亮。", "倾斜灯杆已扶正加固，接线舱盖已补装。"},
	"garbage":          {"已清运积存垃圾约2吨，增加一次晚间收运，并安排专人巡查。", "装修垃圾已全部清走，加装提示牌和监控，请居民共同监督。"},
	"parking":          {"已联合整治，拖移长期停放车辆3辆，拆除地锁5个，划定禁停线。", "共享单车已清理，企业增派一名运维人员值守。"},
	"noise":            {"已约谈施工方，除抢险外夜间不得施工，违者依法处罚。", "与活动负责人协商，音量调低，晚八点半前结束。"},
	"illegal_building": {"经查该处无规划手续，已下达限期拆除通知，当事人已自行拆除。"},
	"greening":         {"已补植苗木并加装护栏，缺株12棵列入本季补植。", "枯枝和压线枝已修剪，下一步每季巡查一次。"},
	"utilities":        {"漏点已修复并恢复供水，更换管道6米。", "已排查换热站，调整流量后室温达到20度以上，反映人表示认可。"},
	"property":         {"已督促物业更换电梯配件，恢复运行；街道与业委会约定每月公示收支。"},
	"fire_lane":        {"占道车辆已劝离，重新施划标线并加装隔离桩，消防部门复查合格。"},
	"":                 {"已到场处置并恢复正常，后续纳入日常巡查。", "经核查已整改到位，感谢您的监督。"},
}

// phrases surround the answers of units that answer by the form.
var phrases = []struct{ before, after string }{
	{"您好！您反映的问题已收悉，我单位高度重视，立即安排专人赴现场核实。经查，情况属实。", "下一步将举一反三、建立长效机制。感谢您对我们工作的理解与支持！"},
	{"关于您反映的事项，现答复如下：", "如有其他疑问，请于工作时间来电咨询。"},
	{"经与相关科室会商，按照职责分工，", "我们将持续跟踪，确保问题动态清零。"},
}

// Reply invents a unit's answer: most say what was done, some say it by the form.
func (t *Teller) Reply(category string) string {
	list := replies[category]
	if list == nil {
		list = replies[""]
	}
	reply := Pick(t, list)
	if t.Chance(30) {
		p := Pick(t, phrases)
		return p.before + reply + p.after
	}
	return reply
}

// refusals are why a deputy does not confirm a repair.
var refusals = []string{"到现场看，只处理了一半，东侧仍有破损。", "雨后再看问题又出现，没有根治。", "反映人说没有人去过，现场没有变化。"}

// Refusal invents why a result was not confirmed.
func (t *Teller) Refusal() string { return Pick(t, refusals) }

var (
	praise = []string{"", "", "", "办得很快，谢谢！", "没想到真有人管，点赞。", "满意，代表还打了电话。"}
	soso   = []string{"", "修是修了，就是慢了点。", "希望以后多巡查。"}
	blame  = []string{"没解决，照片是别的地方的吧。", "弄了一下又坏了。", "根本没人来过！"}
)

// Comment invents what a citizen writes with a rating of 1 to 3.
func (t *Teller) Comment(result int) string {
	switch result {
	case 1:
		return Pick(t, praise)
	case 2:
		return Pick(t, soso)
	}
	return Pick(t, blame)
}
