package fiction

import (
	"fmt"
	"math/rand/v2"
)

var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "孙", "周", "徐", "于", "姜", "宋", "林", "高", "郭", "马", "梁", "宫", "矫", "隋", "纪", "曲", "迟", "逄", "薛", "臧", "江", "侯", "万"}
	givenOne = []string{"伟", "敏", "静", "磊", "洋", "艳", "勇", "娟", "涛", "杰", "霞", "平", "刚", "波", "芳", "浩", "欣", "宁", "岩", "淼"}
	givenTwo = []string{"建国", "秀英", "桂兰", "志强", "淑芬", "玉珍", "晓东", "海燕", "春梅", "立新", "文静", "德胜", "雪松", "佳怡", "子涵", "振华", "美玲", "国栋", "丽娜", "永刚", "瑞雪", "守信", "明月", "宗礼", "爱华"}

	compoundHeads = []string{"海岚", "澜庭", "松涛", "梧桐", "银杏", "青禾", "晴川", "望潮", "知春", "鹿鸣", "丹枫", "听澜", "朗悦", "栖霞", "云岫", "枕海", "映山", "兰亭", "福满", "盛世桃", "锦绣槐", "康乐", "向阳", "团结", "红礁"}
	compoundTails = []string{"花园", "新村", "小区", "家园", "苑", "公寓", "雅居", "里", "一号院", "新苑"}
	roadHeads     = []string{"潮声", "槐影", "礁石", "鱼鸣", "麦浪", "桃源", "望岛", "拾贝", "红瓦", "绿树", "碧湾", "石榴"}
	roadTails     = []string{"路", "一路", "二路", "支路", "街", "巷"}
	parkHeads     = []string{"听涛", "望海", "樱语", "双泉", "老槐", "青石", "芦影"}
	firmHeads     = []string{"海之晨", "鑫佰顺", "众和安", "蓝湾顺", "丰禾源", "景泰达", "青云里", "恒润嘉"}
	firmTails     = []string{"物业服务有限公司", "建筑工程有限公司", "餐饮管理有限公司", "停车服务有限公司"}

	professions = []string{"教师", "医生", "律师", "工程师", "企业管理", "农技", "社区工作", "环保", "城市管理", "电力", "园林", "消防", "公安", "法律", "工人", "农民"}
)

// Teller invents from one source of chance.
type Teller struct{ r *rand.Rand }

// NewTeller makes a teller that always tells the same for the same two numbers.
func NewTeller(seed, branch uint64) *Teller {
	return &Teller{rand.New(rand.NewPCG(seed, branch))} //nolint:gosec // fiction, no secret
}

// Pick chooses one of a list.
func Pick[T any](t *Teller, list []T) T { return list[t.r.IntN(len(list))] }

// Below gives a number from 0 to n-1.
func (t *Teller) Below(n int) int { return t.r.IntN(n) }

// Chance is true in the given percentage of cases.
func (t *Teller) Chance(percent int) bool { return t.r.IntN(100) < percent }

// Between gives a number in [low, high).
func (t *Teller) Between(low, high float64) float64 { return low + t.r.Float64()*(high-low) }

// Skewed gives a number in [low, high) of which most are near low and few near
// high, as times of people's work are.
func (t *Teller) Skewed(low, high float64) float64 {
	u := t.r.Float64()
	return low + u*u*(high-low)
}

// Person invents a name.
func (t *Teller) Person() string {
	if t.Chance(45) {
		return Pick(t, surnames) + Pick(t, givenOne)
	}
	return Pick(t, surnames) + Pick(t, givenTwo)
}

// Compound invents a housing estate with the short name its people use.
func (t *Teller) Compound() (name, alias string) {
	head := Pick(t, compoundHeads)
	name = head + Pick(t, compoundTails)
	if t.Chance(40) {
		name += []string{"东区", "西区", "二期", "三期"}[t.Below(4)]
	}
	return name, "老" + head
}

// Road invents a street name.
func (t *Teller) Road() string { return Pick(t, roadHeads) + Pick(t, roadTails) }

// Park invents a small park.
func (t *Teller) Park() string {
	return Pick(t, parkHeads) + Pick(t, []string{"公园", "口袋公园", "广场"})
}

// Firm invents a company.
func (t *Teller) Firm() string { return "青岛" + Pick(t, firmHeads) + Pick(t, firmTails) }

// Profession chooses what a deputy does for a living.
func (t *Teller) Profession() string { return Pick(t, professions) }

// Phone gives the n-th number of the demo's block; no two n share one.
func Phone(n int) string { return fmt.Sprintf("1990%07d", n) }
