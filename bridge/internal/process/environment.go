package process

import (
	"os"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// setenv sets a variable of the environment, or takes it out. Where Go runs with C it changes C's environment as well.
func setenv(f *frame.Frame) error {
	in := frame.Args[envArgs](f)
	name, err := cmem.Bytes(in.Name, in.NameLen, "name")
	if err != nil {
		return err
	}
	if in.Value == nil {
		if err := os.Unsetenv(string(name)); err != nil {
			return status.Errorf(status.Argument, "name: %v", err)
		}
		return nil
	}
	to, err := cmem.Bytes(in.Value, in.ValueLen, "value")
	if err != nil {
		return err
	}
	if err := os.Setenv(string(name), string(to)); err != nil {
		return status.Errorf(status.Argument, "%v", err)
	}
	return nil
}

func getenv(f *frame.Frame) error {
	in := frame.Args[frame.TextArgs](f)
	name, err := cmem.Bytes(in.Text, in.Len, "name")
	if err != nil {
		return err
	}
	if v, found := os.LookupEnv(string(name)); found {
		value.ReturnText(f, v, in.Out)
	} else {
		*(*frame.Value)(in.Out) = frame.Value{}
	}
	return nil
}
