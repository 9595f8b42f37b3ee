/* Every function, a row for each: the one place that says what there is to know of it. Whoever includes this defines what
 * a row becomes; it may be included any number of times.
 *
 * GOBRIDGE_CALL(name, since, returns, in_batch, crossing, locks) is a function that takes a frame into Go:
 *   since     the release that added it; the version script's node
 *   returns   what the call returns beside its status (calls.h)
 *   in_batch  while the thread records a batch the call is RECORDED, made AT_ONCE, made AT_ONCE_OF_LIVE (recorded if it is
 *             about a promise), or REFUSED
 *   crossing  it CROSSES into Go each time, or CALLS_BACK: it crosses and may run code of the host's, or wait; or it
 *             MAY_STAY in C
 *   locks     MAP_LOCK: that of the map that is its first argument and no other, runs no code of the host's and waits for
 *             nothing, so that a batch may keep the lock from one such call to the next; ANY_LOCK: whatever it needs
 * GOBRIDGE_CALL_OF_C(name, returns, in_batch, crossing, locks) is a call that no header declares.
 * GOBRIDGE_LOCAL(name, since, needs) is a function without a frame. It NEEDS_GO to run, or NEEDS_NOTHING. */
/* clang-format off: a row is a line */

/* runtime.h */
GOBRIDGE_LOCAL(gobridge_version, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_api_get, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_go_version, 1.0, NEEDS_GO)
GOBRIDGE_LOCAL(gobridge_go_runtimes, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_symbols, 1.0, NEEDS_GO)
GOBRIDGE_CALL(gobridge_go_maxprocs, 1.0, RETURNS_NUMBER(int32_t), AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_gc_percent, 1.0, RETURNS_NUMBER(int32_t), AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_memory_limit, 1.0, RETURNS_NUMBER(int64_t), AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_collect, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_memory, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_goroutines, 1.0, RETURNS_NUMBER(uint64_t), AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_stacks, 1.0, RETURNS_P, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_setenv, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_getenv, 1.0, RETURNS_Q, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_profile_cpu, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_profile_cpu_stop, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_go_profile_heap, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)

/* start.h, signals.h, fatal.h */
GOBRIDGE_LOCAL(gobridge_start, 1.0, NEEDS_GO)
GOBRIDGE_LOCAL(gobridge_signals_reclaim, 1.0, NEEDS_NOTHING)
GOBRIDGE_CALL(gobridge_set_fatal_handler, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)

/* thread.h */
GOBRIDGE_CALL(gobridge_thread_attach, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_LOCAL(gobridge_thread_detach, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_thread_id, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_thread_interrupt, 1.0, NEEDS_NOTHING)

/* status.h */
GOBRIDGE_LOCAL(gobridge_last_error, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_status_name, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_status_meaning, 1.0, NEEDS_NOTHING)

/* ref.h */
GOBRIDGE_CALL(gobridge_release, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_release_n, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_release_later, 1.0, RETURNS_NOTHING, RECORDED, MAY_STAY, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_flush, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_count, 1.0, RETURNS_NUMBER(uint64_t), AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_list, 1.0, RETURNS_P, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_dup, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_kind, 1.0, RETURNS_NUMBER(uint32_t), AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_ref_identity, 1.0, RETURNS_NUMBER(uint64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_LOCAL(gobridge_scope_open, 1.0, NEEDS_NOTHING)
GOBRIDGE_CALL(gobridge_scope_close, 1.0, RETURNS_NOTHING, AT_ONCE, MAY_STAY, ANY_LOCK)
GOBRIDGE_LOCAL(gobridge_scope_keep, 1.0, NEEDS_NOTHING)

/* type.h */
GOBRIDGE_CALL(gobridge_type_parse, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_of, 1.0, RETURNS_LASTING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_name, 1.0, RETURNS_NOTHING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_kind, 1.0, RETURNS_NUMBER(uint32_t), AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_layout, 1.0, RETURNS_NUMBER(uint64_t), AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_describe, 1.0, RETURNS_NOTHING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_field, 1.0, RETURNS_NOTHING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_method, 1.0, RETURNS_NOTHING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_parameter, 1.0, RETURNS_LASTING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_result, 1.0, RETURNS_LASTING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_pointer_to, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_slice_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_array_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_map_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_chan_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_func_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_struct_of, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_assignable, 1.0, RETURNS_NUMBER(uint8_t), AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_type_convertible, 1.0, RETURNS_NUMBER(uint8_t), AT_ONCE, CROSSES, ANY_LOCK)

/* value.h */
GOBRIDGE_CALL(gobridge_value_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_box, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_make, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_get, 1.0, RETURNS_P, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_view, 1.0, RETURNS_NOTHING, AT_ONCE_OF_LIVE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_load, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_store, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_follow, 1.0, RETURNS_P, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_set, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_copy, 1.0, RETURNS_Q, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_release, 1.0, RETURNS_NOTHING, RECORDED, MAY_STAY, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_equal, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_compare, 1.0, RETURNS_NUMBER(int32_t), RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_hash, 1.0, RETURNS_NUMBER(uint64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_print, 1.0, RETURNS_Q, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_read, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_from_text, 1.0, RETURNS_REF, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_to_text, 1.0, RETURNS_Q, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_from_json, 1.0, RETURNS_Q, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_to_json, 1.0, RETURNS_Q, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_from_time, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_to_time, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)

/* make.h */
GOBRIDGE_LOCAL(gobridge_string, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_bytes, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_int64, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_uint64, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_float64, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_bool, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_object, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_nil, 1.0, NEEDS_NOTHING)

/* error.h */
GOBRIDGE_CALL(gobridge_error_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_error_wrap, 1.0, RETURNS_REF, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_error_message, 1.0, RETURNS_P, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_error_is, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_error_as, 1.0, RETURNS_P | RETURNS_NUMBER(uint8_t), RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_error_unwrap, 1.0, RETURNS_P, RECORDED, CALLS_BACK, ANY_LOCK)

/* map.h */
GOBRIDGE_CALL(gobridge_map_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_get, 1.0, RETURNS_Q | RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_set, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_get_or_set, 1.0, RETURNS_Q | RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_add, 1.0, RETURNS_Q, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_delete, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_clear, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_in_place, 1.0, RETURNS_NUMBER(uint8_t), AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_len, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_text, 1.0, RETURNS_NUMBER(uint8_t), REFUSED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_contains, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_map_iterate, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_next, 1.0, RETURNS_P | RETURNS_Q | RETURNS_NUMBER(uint8_t), RECORDED, CROSSES,
              ANY_LOCK)

/* slice.h */
GOBRIDGE_CALL(gobridge_slice_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_len, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_cap, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_text, 1.0, RETURNS_NOTHING, REFUSED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_get, 1.0, RETURNS_P, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_set, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_at, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_append, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_sub, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_view, 1.0, RETURNS_P, RECORDED, CROSSES, ANY_LOCK)

/* struct.h */
GOBRIDGE_CALL(gobridge_struct_text, 1.0, RETURNS_NOTHING, REFUSED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_struct_get, 1.0, RETURNS_Q, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_struct_get_at, 1.0, RETURNS_Q, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_struct_set, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_struct_set_at, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_struct_at, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)

/* column.h */
GOBRIDGE_CALL(gobridge_map_get_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays), RECORDED,
              CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_set_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays), RECORDED,
              CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_build_n, 1.0, RETURNS_COLUMNS | RETURNS_REF | HANDS_IN(gobridge_arrays), RECORDED,
              CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_get_or_set_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_delete_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_add_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays), RECORDED,
              CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_map_next_n, 1.0, RETURNS_COLUMNS | RETURNS_NUMBER(size_t) | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_read_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_write_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_slice_append_n, 1.0, RETURNS_COLUMNS | RETURNS_REF | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_box_n, 1.0, RETURNS_REFS | RETURNS_STATUS | HANDS_IN(gobridge_arrays), RECORDED,
              CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_value_get_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays),
              RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_call_n, 1.0, RETURNS_COLUMNS | RETURNS_STATUS | HANDS_IN(gobridge_arrays), RECORDED,
              CALLS_BACK, ANY_LOCK)

/* frozen.h */
GOBRIDGE_CALL(gobridge_map_freeze, 1.0, RETURNS_NOTHING, REFUSED, CROSSES, ANY_LOCK)
GOBRIDGE_LOCAL(gobridge_frozen_get, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_frozen_get_n, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_frozen_len, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_frozen_release, 1.0, NEEDS_NOTHING)

/* arrow.h */
GOBRIDGE_CALL(gobridge_arrow_export, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_arrow_import, 1.0, RETURNS_REF, REFUSED, CROSSES, ANY_LOCK)

/* iface.h */
GOBRIDGE_CALL(gobridge_iface_implements, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_iface_method, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_iface_call, 1.0, RETURNS_Q | RETURNS_ALL | HANDS_IN(gobridge_method_call), RECORDED,
              CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_iface_new, 1.0, RETURNS_REF, AT_ONCE, CALLS_BACK, ANY_LOCK)

/* call.h */
GOBRIDGE_CALL(gobridge_func_find, 1.0, RETURNS_LASTING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_func_names, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_func_register, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_call, 1.0, RETURNS_Q | RETURNS_ALL, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_call_catch, 1.0, RETURNS_Q | RETURNS_ALL, REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_call_spread, 1.0, RETURNS_Q | RETURNS_ALL, RECORDED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL_OF_C(gobridge_typed_call, RETURNS_Q | RETURNS_ALL, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL_OF_C(gobridge_typed_plain, RETURNS_Q | RETURNS_ALL, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL_OF_C(gobridge_typed_numbers, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL_OF_C(gobridge_typed_call_spread, RETURNS_Q | RETURNS_ALL, AT_ONCE, CALLS_BACK, ANY_LOCK)

/* callback.h */
GOBRIDGE_CALL(gobridge_callback_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_callback_fail, 1.0, RETURNS_LASTING, AT_ONCE, MAY_STAY, ANY_LOCK)
GOBRIDGE_CALL(gobridge_callback_fail_with, 1.0, RETURNS_LASTING, AT_ONCE, MAY_STAY, ANY_LOCK)

/* foreign.h */
GOBRIDGE_CALL(gobridge_foreign_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_foreign_data, 1.0, RETURNS_NUMBER(uint64_t), AT_ONCE, CROSSES, ANY_LOCK)

/* io.h */
GOBRIDGE_CALL(gobridge_reader_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_writer_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_io_read, 1.0, RETURNS_NOTHING, REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_io_write, 1.0, RETURNS_NOTHING, REFUSED, CALLS_BACK, ANY_LOCK)

/* output.h */
GOBRIDGE_CALL(gobridge_set_output, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)

/* cfunc.h */
GOBRIDGE_CALL(gobridge_cfunc_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_cfunc_new_with, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_cfunc_pointer, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL_OF_C(gobridge_cfunc_closure, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)

/* chan.h */
GOBRIDGE_CALL(gobridge_chan_new, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_len, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_cap, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_send, 1.0, RETURNS_NOTHING, REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_receive, 1.0, RETURNS_P | RETURNS_NUMBER(uint8_t), REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_close, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_chan_select, 1.0, RETURNS_Q | RETURNS_NUMBER(size_t), REFUSED, CALLS_BACK, ANY_LOCK)

/* task.h */
GOBRIDGE_CALL(gobridge_task_start, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_wait, 1.0, RETURNS_P | RETURNS_ALL, REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_done, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_descriptor, 1.0, RETURNS_NUMBER(int32_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_on_done, 1.0, RETURNS_NOTHING, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_cancel, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_task_limit, 1.0, RETURNS_NUMBER(int32_t), AT_ONCE, CALLS_BACK, ANY_LOCK)

/* context.h */
GOBRIDGE_CALL(gobridge_context_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_context_cancel, 1.0, RETURNS_NOTHING, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_context_with_value, 1.0, RETURNS_REF, AT_ONCE, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_context_value, 1.0, RETURNS_Q, AT_ONCE, CALLS_BACK, ANY_LOCK)

/* iter.h */
GOBRIDGE_CALL(gobridge_iter_new, 1.0, RETURNS_REF, AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_iter_next, 1.0, RETURNS_P | RETURNS_Q | RETURNS_NUMBER(uint8_t), REFUSED, CALLS_BACK,
              ANY_LOCK)

/* batch.h */
GOBRIDGE_LOCAL(gobridge_batch_begin, 1.0, NEEDS_NOTHING)
GOBRIDGE_LOCAL(gobridge_batch_cancel, 1.0, NEEDS_NOTHING)
GOBRIDGE_CALL(gobridge_batch_run, 1.0, RETURNS_NOTHING, AT_ONCE, MAY_STAY, ANY_LOCK)

/* linkname.h */
GOBRIDGE_CALL(gobridge_runtime_iscgo, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_set_crosscall2, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_makemap_small, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_makemap, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapaccess2, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapdelete, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_getitab, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_convT64, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_convTstring, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_convTslice, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapiternext, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_cgocall, 1.0, RETURNS_NUMBER(int32_t), REFUSED, CALLS_BACK, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapaccess2_fast32, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign_fast32, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign_fast32ptr, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapaccess2_fast64, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign_fast64, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign_fast64ptr, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_reflect_makemap, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapaccess, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapassign0, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_reflect_maplen, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, MAP_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapiterinit, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapiternext, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapiterkey, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapiterelem, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_math_Float32bits, 1.0, RETURNS_NUMBER(uint32_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapaccess2_faststr, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapassign_faststr, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapaccess_faststr, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapassign_faststr0, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapdelete, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapdelete_faststr, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_mapclear, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_maps_clone, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_mapiterinit, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_unsafe_New, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_unsafe_NewArray, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_typedmemmove, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_typedmemclr, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_typedslicecopy, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_growslice, 1.0, RETURNS_REF, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_reflect_ifaceE2I, 1.0, RETURNS_NOTHING, RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_memequal, 1.0, RETURNS_NUMBER(uint8_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_memhash, 1.0, RETURNS_NUMBER(uint64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_strhash, 1.0, RETURNS_NUMBER(uint64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_nanotime, 1.0, RETURNS_NUMBER(int64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_time_now, 1.0, RETURNS_NUMBER(int64_t), AT_ONCE, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_rand, 1.0, RETURNS_NUMBER(uint64_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_cheaprand, 1.0, RETURNS_NUMBER(uint32_t), RECORDED, CROSSES, ANY_LOCK)
GOBRIDGE_CALL(gobridge_runtime_cheaprandn, 1.0, RETURNS_NUMBER(uint32_t), RECORDED, CROSSES, ANY_LOCK)

#undef GOBRIDGE_CALL
#undef GOBRIDGE_CALL_OF_C
#undef GOBRIDGE_LOCAL
