package notify

import "context"

// templateView is one declared wording on the wire.
type templateView struct {
	ID         string `json:"id" doc:"模板编号，向运营商报备时也用它"`
	Title      string `json:"title"`
	Text       string `json:"text" doc:"花括号里是发送时填的内容"`
	Group      string `json:"group" doc:"属于哪一类，见 GET /me/notice-preferences 的 groups"`
	GroupName  string `json:"group_name"`
	Switchable bool   `json:"switchable" doc:"可以不发短信、只发站内消息"`
}

type templatesOut struct {
	Body struct {
		Items []templateView `json:"items"`
	}
}

func listTemplates(context.Context, *struct{}) (*templatesOut, error) {
	out := &templatesOut{}
	for _, t := range templates {
		g := GroupOf(t.ID)
		out.Body.Items = append(out.Body.Items, templateView{t.ID, t.Title, t.Text, g.ID, g.Name, Switchable(t.ID)})
	}
	return out, nil
}
