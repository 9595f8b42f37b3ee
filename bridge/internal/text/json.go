package text

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
	"gobridge/bridge/internal/walk"
)

func valueFromJSON(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	t, err := types.At(f, in.Ref, "type")
	if err != nil {
		return err
	}
	text, err := f.Bytes()
	if err != nil {
		return err
	}
	if len(text) > walk.MaxBigText && walk.LeadsToBig(t.Type.Type, map[reflect.Type]bool{}) && walk.LongestNumber(text) > walk.MaxBigText {
		return walk.TooBig("json")
	}
	if err := checkCost(text, t.Type.Type); err != nil {
		return err
	}
	to := reflect.New(t.Type.Type)
	if err := json.Unmarshal(append([]byte(nil), text...), to.Interface()); err != nil {
		return refusedJSON(err)
	}
	value.ReturnValue(f, t.Type, to.UnsafePointer(), in.Out)
	return nil
}

// refusedJSON returns the status of what encoding/json refuses to decode.
func refusedJSON(err error) error {
	var syntax *json.SyntaxError
	var misfit *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return status.Errorf(status.Syntax, "json: %v", err)
	case errors.As(err, &misfit) && strings.HasPrefix(misfit.Value, "number "):
		return status.Errorf(status.Range, "json: %v", err)
	}
	return status.Errorf(status.WrongType, "json: %v", err)
}

func valueToJSON(f *frame.Frame) error {
	in := frame.Args[frame.ValueArgs](f)
	v, err := value.AnyAt(f, in.Value, "value")
	if err != nil {
		return err
	}
	if v, err = walk.LookAhead(f, v, walk.Encoded); err != nil {
		return status.About("value", err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		var method *json.MarshalerError
		if errors.As(err, &method) {
			return status.Errorf(status.Returned, "value: %v", err)
		}
		return status.Errorf(status.WrongType, "value: %v", err)
	}
	value.ReturnText(f, unsafe.String(unsafe.SliceData(text), len(text)), in.To)
	return nil
}
