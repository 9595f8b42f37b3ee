package callback

import "gobridge/bridge/internal/frame"

// Ops answers the calls about callbacks and foreign objects.
var Ops = []frame.Op{
	{Name: "gobridge_callback_new", Run: callbackNew},
	{Name: "gobridge_callback_fail", Run: callbackFail},
	{Name: "gobridge_callback_fail_with", Run: callbackFailWith},
	{Name: "gobridge_iface_new", Run: ifaceNew},
	{Name: "gobridge_foreign_new", Run: foreignNew},
	{Name: "gobridge_foreign_data", Run: foreignData},
}
