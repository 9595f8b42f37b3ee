package iface

import (
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/value"
)

// ConvT64 boxes a number.
func ConvT64(f *frame.Frame) error {
	in := frame.Args[frame.NumberArgs](f)
	f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvT64(in.Number))
	return nil
}

func convTstring(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err == nil {
		f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvTstring(string(bytes)))
	}
	return err
}

func convTslice(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err == nil {
		f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvTslice(append([]byte{}, bytes...)))
	}
	return err
}
