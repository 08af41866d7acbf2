package open311

import (
	"encoding/json"
	"encoding/xml"
	"time"

	"huying/internal/deadline"
)

// Text is a text of the protocol: empty is an empty element in XML and null in JSON.
type Text string

// MarshalJSON writes null for an empty text.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// Moment is a time with its zone, to the second (https://www.w3.org/TR/NOTE-datetime); the zero time is none.
type Moment time.Time

func (m Moment) String() string {
	if time.Time(m).IsZero() {
		return ""
	}
	return time.Time(m).In(deadline.Zone).Format(time.RFC3339)
}

// MarshalJSON writes null for no time.
func (m Moment) MarshalJSON() ([]byte, error) { return Text(m.String()).MarshalJSON() }

// MarshalText writes the time into XML.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Degrees are a coordinate that may be unknown.
type Degrees struct{ *float64 }

// MarshalJSON writes null where it is unknown.
func (d Degrees) MarshalJSON() ([]byte, error) { return json.Marshal(d.float64) }

// MarshalXML writes an empty element where it is unknown.
func (d Degrees) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if d.float64 == nil {
		return e.EncodeElement("", start)
	}
	return e.EncodeElement(*d.float64, start)
}

// Service is one kind of request that is taken.
type Service struct {
	Code        string `xml:"service_code" json:"service_code"`
	Name        string `xml:"service_name" json:"service_name"`
	Description Text   `xml:"description" json:"description"`
	Metadata    bool   `xml:"metadata" json:"metadata"`
	Type        string `xml:"type" json:"type"`
	Keywords    Text   `xml:"keywords" json:"keywords"`
	Group       Text   `xml:"group" json:"group"`
}

// Definition says what a service asks beside the place and the description.
type Definition struct {
	XMLName    xml.Name    `xml:"service_definition" json:"-"`
	Code       string      `xml:"service_code" json:"service_code"`
	Attributes []Attribute `xml:"attributes>attribute" json:"attributes"`
}

// Attribute is one question.
type Attribute struct {
	Variable            bool    `xml:"variable" json:"variable"`
	Code                string  `xml:"code" json:"code"`
	Datatype            string  `xml:"datatype" json:"datatype"`
	Required            bool    `xml:"required" json:"required"`
	DatatypeDescription Text    `xml:"datatype_description" json:"datatype_description"`
	Order               int     `xml:"order" json:"order"`
	Description         Text    `xml:"description" json:"description"`
	Values              []Value `xml:"values>value,omitempty" json:"values,omitempty"`
}

// Value is one ready answer.
type Value struct {
	Key  string `xml:"key" json:"key"`
	Name string `xml:"name" json:"name"`
}

// Request is a report as the protocol tells it.
type Request struct {
	ID                string  `xml:"service_request_id" json:"service_request_id"`
	Status            string  `xml:"status" json:"status"`
	StatusNotes       Text    `xml:"status_notes" json:"status_notes"`
	ServiceName       Text    `xml:"service_name" json:"service_name"`
	ServiceCode       string  `xml:"service_code" json:"service_code"`
	Description       Text    `xml:"description" json:"description"`
	AgencyResponsible Text    `xml:"agency_responsible" json:"agency_responsible"`
	ServiceNotice     Text    `xml:"service_notice" json:"service_notice"`
	Requested         Moment  `xml:"requested_datetime" json:"requested_datetime"`
	Updated           Moment  `xml:"updated_datetime" json:"updated_datetime"`
	Expected          Moment  `xml:"expected_datetime" json:"expected_datetime"`
	Address           Text    `xml:"address" json:"address"`
	AddressID         Text    `xml:"address_id" json:"address_id"`
	Zipcode           Text    `xml:"zipcode" json:"zipcode"`
	Lat               Degrees `xml:"lat" json:"lat"`
	Long              Degrees `xml:"long" json:"long"`
	MediaURL          Text    `xml:"media_url" json:"media_url"`
}

type (
	// Filed answers a submission.
	Filed struct {
		ID        string `xml:"service_request_id" json:"service_request_id"`
		Notice    Text   `xml:"service_notice" json:"service_notice"`
		AccountID Text   `xml:"account_id" json:"account_id"`
	}
	// Token answers a question for the id behind a token.
	Token struct {
		ID    string `xml:"service_request_id" json:"service_request_id"`
		Token string `xml:"token" json:"token"`
	}
)

// Update is one step of a request (mySociety's extension).
type Update struct {
	ID          string `xml:"update_id" json:"update_id"`
	RequestID   string `xml:"service_request_id" json:"service_request_id"`
	Status      string `xml:"status" json:"status"`
	Updated     Moment `xml:"updated_datetime" json:"updated_datetime"`
	Description Text   `xml:"description" json:"description"`
	MediaURL    Text   `xml:"media_url" json:"media_url"`
}

// Taken answers an update that was posted.
type Taken struct {
	ID string `xml:"update_id" json:"update_id"`
}

// Failure is one error.
type Failure struct {
	Code        int    `xml:"code" json:"code"`
	Description string `xml:"description" json:"description"`
}

// Discovery tells clients where the endpoint is and what it speaks.
type Discovery struct {
	XMLName    xml.Name   `xml:"discovery" json:"-"`
	Changeset  Moment     `xml:"changeset" json:"changeset"`
	Contact    string     `xml:"contact" json:"contact"`
	KeyService string     `xml:"key_service" json:"key_service"`
	Endpoints  []Endpoint `xml:"endpoints>endpoint" json:"endpoints"`
}

// Endpoint is one address of the API.
type Endpoint struct {
	Specification string   `xml:"specification" json:"specification"`
	URL           string   `xml:"url" json:"url"`
	Changeset     Moment   `xml:"changeset" json:"changeset"`
	Type          string   `xml:"type" json:"type"`
	Formats       []string `xml:"formats>format" json:"formats"`
}

// list is the XML form of what is an array in JSON: a root with one element per item.
type list struct {
	root, item string
	items      []any
}

func listOf[T any](root, item string, items []T) list {
	l := list{root: root, item: item, items: make([]any, len(items))}
	for i, it := range items {
		l.items[i] = it
	}
	return l
}

// MarshalXML writes the items under the root.
func (l list) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	root := xml.StartElement{Name: xml.Name{Local: l.root}}
	if err := e.EncodeToken(root); err != nil {
		return err
	}
	for _, it := range l.items {
		if err := e.EncodeElement(it, xml.StartElement{Name: xml.Name{Local: l.item}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(root.End())
}

// MarshalJSON writes an array, never null.
func (l list) MarshalJSON() ([]byte, error) { return json.Marshal(l.items) }
