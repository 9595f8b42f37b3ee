// Command embed is a Go program whose functions a C host calls: two third-party modules, of which it registers what the
// host needs. There is no //export and no JSON in it.
package main

import (
	"bytes"

	"github.com/itchyny/gojq"
	"github.com/yuin/goldmark"

	"gobridge/bridge"
)

func main() {}

func init() {
	bridge.Func("markdown.HTML", func(source []byte) (string, error) {
		var html bytes.Buffer
		err := goldmark.Convert(source, &html)
		return html.String(), err
	})
	bridge.Type[gojq.Code]("jq.Code")
	bridge.Func("jq.Compile", func(program string) (*gojq.Code, error) {
		query, err := gojq.Parse(program)
		if err != nil {
			return nil, err
		}
		return gojq.Compile(query)
	})
	bridge.Func("jq.Run", func(code *gojq.Code, input any) (results []any, err error) {
		for all := code.Run(input); ; {
			result, more := all.Next()
			if !more {
				return results, nil
			}
			if err, failed := result.(error); failed {
				return results, err
			}
			results = append(results, result)
		}
	})
}
