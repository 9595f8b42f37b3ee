/* gobridge for C++17: references that release themselves, values from and to the types of the standard library, typed maps,
 * slices and functions, and C++ functions as Go funcs. Header only, over the C API; what it does not have, that has.
 *
 * What fails throws gobridge::error. With GOBRIDGE_EXPECTED, or without exceptions (-fno-exceptions), each function that
 * may fail returns a gobridge::expected instead, which holds the result or the error. outcome<T> below is what stands
 * for: T, or expected<T>.
 *
 * Threads: as the C API: any thread may use anything, but one object of these classes is used by one thread at a time. */
#ifndef GOBRIDGE_HPP
#define GOBRIDGE_HPP

#include <gobridge.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#if !defined(GOBRIDGE_EXPECTED) && !defined(__cpp_exceptions)
#define GOBRIDGE_EXPECTED
#endif

namespace gobridge {

/* Why a call failed: the status and message of the C API, and Go's stack where a panic was caught. */
class error : public std::exception {
  public:
    error(gobridge_status status, std::string message, std::string stack = {})
        : status_(status), message_(std::move(message)), stack_(std::move(stack)) {}

    /* This thread's last failure. */
    static error last(gobridge_status status) {
        gobridge_error found;
        if (gobridge_last_error(&found) != GOBRIDGE_OK || found.status != status) {
            return error(status, gobridge_status_meaning(status));
        }
        return error(status, found.message, found.stack);
    }

    gobridge_status status() const noexcept {
        return status_;
    }
    const char *what() const noexcept override {
        return message_.c_str();
    }
    const std::string &stack() const noexcept {
        return stack_;
    }

  private:
    gobridge_status status_;
    std::string message_, stack_;
};

#ifdef GOBRIDGE_EXPECTED
/* A result, or why there is none. */
template <class T> class [[nodiscard]] expected {
  public:
    expected(T value) : either_(std::in_place_index<0>, std::move(value)) {}
    expected(gobridge::error why) : either_(std::in_place_index<1>, std::move(why)) {}

    explicit operator bool() const noexcept {
        return either_.index() == 0;
    }
    bool has_value() const noexcept {
        return either_.index() == 0;
    }
    /* The result; only if there is one. */
    T &operator*() noexcept {
        return *std::get_if<0>(&either_);
    }
    T *operator->() noexcept {
        return std::get_if<0>(&either_);
    }
    /* Why there is none; only if there is none. */
    const gobridge::error &error() const noexcept {
        return *std::get_if<1>(&either_);
    }

  private:
    std::variant<T, gobridge::error> either_;
};

template <> class [[nodiscard]] expected<void> {
  public:
    expected() = default;
    expected(gobridge::error why) : why_(std::move(why)) {}

    explicit operator bool() const noexcept {
        return !why_;
    }
    bool has_value() const noexcept {
        return !why_;
    }
    const gobridge::error &error() const noexcept {
        return *why_;
    }

  private:
    std::optional<gobridge::error> why_;
};

template <class T> using outcome = expected<T>;
#else
template <class T> using outcome = T;
#endif

class ref;
class value;

namespace detail {

template <class T> outcome<T> fail(error why) {
#ifdef GOBRIDGE_EXPECTED
    return why;
#else
    throw why;
#endif
}

/* What a call failed with. It is apart so that calls are small enough to be inline. */
template <class T> [[gnu::noinline, gnu::cold]] outcome<T> fail_last(gobridge_status status) {
    return fail<T>(error::last(status));
}

/* What a call comes to: its failure, or what make returns. */
template <class T, class F> outcome<T> finish(gobridge_status status, F &&make) {
    if (status != GOBRIDGE_OK) {
        return fail_last<T>(status);
    }
    return make();
}

inline outcome<void> finish(gobridge_status status) {
    if (status != GOBRIDGE_OK) {
        return fail_last<void>(status);
    }
    return outcome<void>();
}

template <class T> struct is_outcome : std::false_type {};
#ifdef GOBRIDGE_EXPECTED
template <class T> struct is_outcome<expected<T>> : std::true_type {};
#endif

} // namespace detail

/* A reference that is released with its owner. */
class ref {
  public:
    ref() = default;
    /* Takes a reference over. */
    explicit ref(gobridge_ref taken) noexcept : ref_(taken) {}
    ref(ref &&from) noexcept : ref_(from.detach()) {}
    ref &operator=(ref &&from) noexcept {
        reset(from.detach());
        return *this;
    }
    ~ref() {
        reset();
    }

    gobridge_ref get() const noexcept {
        return ref_;
    }
    explicit operator bool() const noexcept {
        return ref_ != 0;
    }
    /* Gives the reference to the caller, who releases it. */
    gobridge_ref detach() noexcept {
        return std::exchange(ref_, 0);
    }
    void reset(gobridge_ref taken = 0) noexcept {
        if (const gobridge_ref old = std::exchange(ref_, taken)) {
            gobridge_release(old);
        }
    }
    /* Another reference to the same Go value. */
    outcome<ref> dup() const {
        gobridge_ref other = 0;
        const gobridge_status status = gobridge_ref_dup(ref_, &other);
        return detail::finish<ref>(status, [&] { return ref(other); });
    }

  private:
    gobridge_ref ref_ = 0;
};

/* ---- values ---- */

namespace detail {

/* The kind of the Go type that a number's C++ type is. */
template <class T> constexpr std::uint32_t kind_of() {
    constexpr std::uint32_t step = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    if (std::is_floating_point_v<T>) {
        return sizeof(T) == 4 ? GOBRIDGE_KIND_FLOAT32 : GOBRIDGE_KIND_FLOAT64;
    }
    return (std::is_signed_v<T> ? GOBRIDGE_KIND_INT8 : GOBRIDGE_KIND_UINT8) + step;
}

} // namespace detail

/* What a C++ value is as a gobridge_value: it borrows the memory of strings, bytes and references. */
inline gobridge_value to_value(std::nullptr_t) {
    return gobridge_nil();
}
inline gobridge_value to_value(std::string_view s) {
    return gobridge_string(s.data(), s.size());
}
inline gobridge_value to_value(const char *s) {
    return to_value(std::string_view(s));
}
inline gobridge_value to_value(const std::string &s) {
    return to_value(std::string_view(s));
}
inline gobridge_value to_value(const std::vector<std::uint8_t> &b) {
    return gobridge_bytes(b.data(), b.size());
}
inline gobridge_value to_value(const ref &r) {
    return r ? gobridge_object(r.get()) : gobridge_nil();
}
inline gobridge_value to_value(const gobridge_value &v) {
    return v;
}
inline gobridge_value to_value(const value &v);
template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0> gobridge_value to_value(T n) {
    if constexpr (std::is_same_v<T, bool>) {
        return gobridge_bool(n);
    } else {
        gobridge_value v = std::is_floating_point_v<T> ? gobridge_float64(static_cast<double>(n))
                           : std::is_signed_v<T>       ? gobridge_int64(static_cast<std::int64_t>(n))
                                                       : gobridge_uint64(static_cast<std::uint64_t>(n));
        v.kind = detail::kind_of<T>(); /* Go takes its own kinds as they are */
        return v;
    }
}

/* A value that is released with its owner. */
class value {
  public:
    value() : value_(gobridge_nil()) {}
    /* Takes a value over. */
    explicit value(const gobridge_value &taken) noexcept : value_(taken) {}
    value(value &&from) noexcept : value_(from.detach()) {}
    value &operator=(value &&from) noexcept {
        if (this != &from) {
            release();
            value_ = from.detach();
        }
        return *this;
    }
    ~value() {
        release();
    }

    const gobridge_value &get() const noexcept {
        return value_;
    }
    std::uint32_t kind() const noexcept {
        return value_.kind;
    }
    bool is_nil() const noexcept {
        return value_.kind == GOBRIDGE_KIND_NIL;
    }
    gobridge_value detach() noexcept {
        return std::exchange(value_, gobridge_nil());
    }
    /* Where a C function puts a value that this one is from then on; what it was is released. */
    gobridge_value *put() noexcept {
        if (!is_nil()) {
            release();
            value_ = gobridge_nil();
        }
        return &value_;
    }
    /* The text of a string or of bytes, as long as this value lives; empty for others. */
    std::string_view view() const noexcept {
        const bool has = value_.kind == GOBRIDGE_KIND_STRING || value_.kind == GOBRIDGE_KIND_BYTES;
        return has ? std::string_view(value_.as.s, static_cast<std::size_t>(value_.len)) : std::string_view();
    }
    /* A copy as a C++ type: bool, a number, std::string, std::vector<std::uint8_t>, ref. */
    template <class T> outcome<T> as() const;

  private:
    void release() noexcept {
        if (value_.owner) { /* what has none, such as a number, needs no call */
            gobridge_value_release(&value_);
        }
    }

    gobridge_value value_;
};

inline gobridge_value to_value(const value &v) {
    return v.get();
}

namespace detail {

inline bool is_signed(std::uint32_t kind) {
    return kind >= GOBRIDGE_KIND_INT && kind <= GOBRIDGE_KIND_INT64;
}
inline bool is_unsigned(std::uint32_t kind) {
    return kind >= GOBRIDGE_KIND_UINT && kind <= GOBRIDGE_KIND_UINTPTR;
}
inline bool is_float(std::uint32_t kind) {
    return kind == GOBRIDGE_KIND_FLOAT32 || kind == GOBRIDGE_KIND_FLOAT64;
}

inline const char *kind_name(std::uint32_t kind) {
    switch (kind) {
#define GOBRIDGE_KIND_NAME(name, number) \
    case name: return &#name[sizeof "GOBRIDGE_KIND"];
        GOBRIDGE_KINDS(GOBRIDGE_KIND_NAME)
#undef GOBRIDGE_KIND_NAME
    default: return "UNKNOWN";
    }
}

template <class T> outcome<T> wrong(const gobridge_value &v, const char *wanted) {
    return fail<T>(error(GOBRIDGE_E_WRONG_TYPE,
                         std::string("a Go value of kind ") + kind_name(v.kind) + " is no " + wanted));
}

/* Whether a value is a number of a C++ type as it stands, as most are. */
template <class T> constexpr bool is_plain(const gobridge_value &v) {
    if constexpr (std::is_same_v<T, bool>) {
        return v.kind == GOBRIDGE_KIND_BOOL;
    } else if constexpr (std::is_floating_point_v<T>) {
        return is_float(v.kind);
    } else if constexpr (std::is_signed_v<T>) {
        return is_signed(v.kind) && static_cast<T>(v.as.i) == v.as.i;
    } else {
        return is_unsigned(v.kind) && static_cast<T>(v.as.u) == v.as.u;
    }
}
template <class T> constexpr T plain(const gobridge_value &v) {
    if constexpr (std::is_same_v<T, bool>) {
        return v.as.u != 0;
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(v.as.f);
    } else {
        return static_cast<T>(v.as.u);
    }
}

/* The others: an integer as a floating point number, or as one that has the other sign or is narrower. */
template <class T> outcome<T> number(const gobridge_value &v) {
    if (!is_signed(v.kind) && !is_unsigned(v.kind)) {
        return wrong<T>(v, std::is_floating_point_v<T> ? "number" : "integer");
    }
    const bool is_negative = is_signed(v.kind) && v.as.i < 0;
    if constexpr (std::is_floating_point_v<T>) {
        return is_negative ? static_cast<T>(v.as.i) : static_cast<T>(v.as.u);
    } else if (is_negative || v.as.u > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
        return fail<T>(error(GOBRIDGE_E_RANGE, "a Go number does not fit into the C++ type"));
    }
    return static_cast<T>(v.as.u);
}

template <class T> outcome<T> from_value(const gobridge_value &v);

/* A copy of what a borrowed value is, as a C++ type; numbers that are plain do not come here. */
template <class T> outcome<T> convert(const gobridge_value &v) {
    if constexpr (std::is_same_v<T, value>) {
        gobridge_value copy;
        const gobridge_status status = gobridge_value_copy(&v, &copy);
        return finish<T>(status, [&] { return value(copy); });
    } else if constexpr (std::is_same_v<T, ref>) {
        if (v.kind == GOBRIDGE_KIND_NIL) {
            return ref();
        }
        if (v.kind != GOBRIDGE_KIND_REF) {
            return wrong<T>(v, "reference");
        }
        gobridge_ref dup = 0;
        const gobridge_status status = gobridge_ref_dup(v.as.ref, &dup);
        return finish<T>(status, [&] { return ref(dup); });
    } else {
        if (v.kind == GOBRIDGE_KIND_REF) { /* of a named type, such as time.Duration in an interface */
            gobridge_value inner;
            if (const gobridge_status status = gobridge_value_get(v.as.ref, &inner); status != GOBRIDGE_OK) {
                return fail_last<T>(status);
            }
            const value owner(inner);
            if (inner.kind == GOBRIDGE_KIND_REF) {
                return wrong<T>(inner, "plain value");
            }
            return from_value<T>(inner);
        }
        if constexpr (std::is_same_v<T, bool>) {
            return wrong<T>(v, "bool");
        } else if constexpr (std::is_arithmetic_v<T>) {
            return number<T>(v);
        } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
            return v.kind == GOBRIDGE_KIND_STRING
                       ? outcome<T>(T(v.as.s ? v.as.s : "", static_cast<std::size_t>(v.len)))
                       : wrong<T>(v, "string");
        } else {
            static_assert(std::is_same_v<T, std::vector<std::uint8_t>>, "no C++ type for a Go value");
            return v.kind == GOBRIDGE_KIND_BYTES ? outcome<T>(T(v.as.b, v.as.b + v.len))
                                                 : wrong<T>(v, "[]byte");
        }
    }
}

/* A copy of what a borrowed value is, as a C++ type. */
template <class T> outcome<T> from_value(const gobridge_value &v) {
    if constexpr (std::is_arithmetic_v<T>) {
        if (is_plain<T>(v)) {
            return plain<T>(v);
        }
    }
    return convert<T>(v);
}

/* The same of a value that is taken over. It is apart so that plain numbers, which own nothing, come inline wherever they are
 * asked for. */
template <class T> [[gnu::noinline]] outcome<T> take_owned(const gobridge_value &v) {
    const value owner(v);
    return from_value<T>(v);
}

template <class T> outcome<T> take_value(const gobridge_value &v) {
    if constexpr (std::is_same_v<T, value>) {
        return value(v);
    } else if constexpr (std::is_same_v<T, ref>) {
        if (v.kind == GOBRIDGE_KIND_REF && v.owner == v.as.ref) {
            return ref(v.owner);
        }
        const value owner(v);
        return from_value<T>(v);
    } else {
        if constexpr (std::is_arithmetic_v<T>) {
            if (is_plain<T>(v)) {
                return plain<T>(v);
            }
        }
        return take_owned<T>(v);
    }
}

/* The value that a call writes. It stays where it is written, for which g++ wants a function of its own: to copy it at once takes as long
 * as a lookup. */
template <class F> outcome<value> receive_in_place(F &&call) {
    value taken;
    const gobridge_status status = call(taken.put());
#ifdef GOBRIDGE_EXPECTED
    if (status != GOBRIDGE_OK) {
        return fail_last<value>(status);
    }
    return expected<value>(std::move(taken));
#else
    if (status != GOBRIDGE_OK) {
        fail_last<void>(status);
    }
    return taken;
#endif
}

/* What a call comes to that writes one value. */
template <class T, class F> [[gnu::always_inline]] inline outcome<T> receive(F &&call) {
    if constexpr (std::is_same_v<T, value>) {
        return receive_in_place(call);
    } else {
        gobridge_value v;
        if (const gobridge_status status = call(&v); status != GOBRIDGE_OK) {
            return fail_last<T>(status);
        }
        return take_value<T>(v);
    }
}

/* ---- the Go types of C++ types ---- */

template <class T> struct go_type {
    static_assert(std::is_arithmetic_v<T>, "no Go type for a C++ type");
    static std::string name() {
        if (std::is_same_v<T, bool>) {
            return "bool";
        }
        return (std::is_floating_point_v<T> ? "float"
                : std::is_signed_v<T>       ? "int"
                                            : "uint") +
               std::to_string(8 * sizeof(T));
    }
};
template <> struct go_type<std::string> {
    static std::string name() {
        return "string";
    }
};
template <> struct go_type<std::string_view> : go_type<std::string> {};
template <> struct go_type<value> {
    static std::string name() {
        return "any";
    }
};
template <> struct go_type<void> {
    static std::string name() {
        return "";
    }
};
template <class T> struct go_type<std::vector<T>> {
    static std::string name() {
        return "[]" + go_type<T>::name();
    }
};
template <class K, class V> struct go_type<std::map<K, V>> {
    static std::string name() {
        return "map[" + go_type<K>::name() + "]" + go_type<V>::name();
    }
};
template <class K, class V> struct go_type<std::unordered_map<K, V>> : go_type<std::map<K, V>> {};
template <class R, class... Args> struct go_type<R(Args...)> {
    static std::string name() {
        std::string params;
        ((params += (params.empty() ? "" : ", ") + go_type<std::decay_t<Args>>::name()), ...);
        return "func(" + params + ") " + go_type<R>::name();
    }
};

} // namespace detail

template <class T> outcome<T> value::as() const {
    return detail::from_value<T>(value_);
}

/* A type by its expression: "map[string]int64", "time.Duration". It lasts, and needs no release. */
inline outcome<gobridge_ref> type(std::string_view expression) {
    gobridge_ref found = 0;
    const gobridge_status status = gobridge_type_parse(expression.data(), expression.size(), &found);
    return detail::finish<gobridge_ref>(status, [&] { return found; });
}

/* The Go type of a C++ type, parsed once. */
template <class T> outcome<gobridge_ref> type_of() {
    static gobridge_ref known = 0; /* all threads find the same */
    if (const gobridge_ref found = __atomic_load_n(&known, __ATOMIC_RELAXED)) {
        return found;
    }
    const std::string name = detail::go_type<T>::name();
    gobridge_ref found = 0;
    const gobridge_status status = gobridge_type_parse(name.data(), name.size(), &found);
    return detail::finish<gobridge_ref>(status, [&] {
        __atomic_store_n(&known, found, __ATOMIC_RELAXED);
        return found;
    });
}

namespace detail {

/* Runs make with the Go type of T, and takes over the reference that it gives. */
template <class T, class Object, class F> outcome<Object> make_object(F &&make) {
    auto found = type_of<T>();
#ifdef GOBRIDGE_EXPECTED
    if (!found) {
        return found.error();
    }
    const gobridge_ref of = *found;
#else
    const gobridge_ref of = found;
#endif
    gobridge_ref made = 0;
    const gobridge_status status = make(of, &made);
    return finish<Object>(status, [&] { return Object(ref(made)); });
}

} // namespace detail

/* ---- maps and slices ---- */

/* A Go map. */
template <class K, class V> class map {
  public:
    explicit map(ref taken) noexcept : ref_(std::move(taken)) {}

    /* A new map with room for so many entries. */
    static outcome<map> make(std::int64_t hint = 0) {
        return detail::make_object<std::map<K, V>, map>(
            [&](gobridge_ref type, gobridge_ref *made) { return gobridge_map_new(type, hint, made); });
    }

    const ref &get_ref() const noexcept {
        return ref_;
    }

    outcome<std::optional<V>> get(const K &key) const {
        const gobridge_value k = to_value(key);
        gobridge_value elem;
        std::uint8_t found = 0;
        if (const gobridge_status status = gobridge_map_get(ref_.get(), &k, &elem, &found);
            status != GOBRIDGE_OK) {
            return detail::fail_last<std::optional<V>>(status);
        }
        if (!found) {
            return std::optional<V>();
        }
        auto taken = detail::take_value<V>(elem);
#ifdef GOBRIDGE_EXPECTED
        if (!taken) {
            return taken.error();
        }
        return std::optional<V>(std::move(*taken));
#else
        return std::optional<V>(std::move(taken));
#endif
    }
    outcome<void> set(const K &key, const V &elem) {
        const gobridge_value k = to_value(key), e = to_value(elem);
        return detail::finish(gobridge_map_set(ref_.get(), &k, &e));
    }
    outcome<bool> contains(const K &key) const {
        const gobridge_value k = to_value(key);
        std::uint8_t found = 0;
        const gobridge_status status = gobridge_map_contains(ref_.get(), &k, &found);
        return detail::finish<bool>(status, [&] { return found != 0; });
    }
    /* Whether the key was there. */
    outcome<bool> erase(const K &key) {
        const gobridge_value k = to_value(key);
        std::uint8_t found = 0;
        const gobridge_status status = gobridge_map_delete(ref_.get(), &k, &found);
        return detail::finish<bool>(status, [&] { return found != 0; });
    }
    outcome<void> clear() {
        return detail::finish(gobridge_map_clear(ref_.get()));
    }
    outcome<std::int64_t> size() const {
        std::int64_t len = 0;
        const gobridge_status status = gobridge_map_len(ref_.get(), &len);
        return detail::finish<std::int64_t>(status, [&] { return len; });
    }
    /* Calls visit(key, elem) for each entry, in Go's order: none. */
    template <class F> outcome<void> for_each(F &&visit) const {
        gobridge_ref made = 0;
        if (const gobridge_status status = gobridge_map_iterate(ref_.get(), &made); status != GOBRIDGE_OK) {
            return detail::fail_last<void>(status);
        }
        const ref iterator(made);
        for (;;) {
            gobridge_value key, elem;
            std::uint8_t found = 0;
            if (const gobridge_status status = gobridge_map_next(made, &key, &elem, &found);
                status != GOBRIDGE_OK) {
                return detail::fail_last<void>(status);
            }
            if (!found) {
                return outcome<void>();
            }
            auto k = detail::take_value<K>(key);
            auto e = detail::take_value<V>(elem);
#ifdef GOBRIDGE_EXPECTED
            if (!k || !e) {
                return !k ? k.error() : e.error();
            }
            visit(*k, *e);
#else
            visit(k, e);
#endif
        }
    }

  private:
    ref ref_;
};

/* A Go slice. */
template <class T> class slice {
  public:
    explicit slice(ref taken) noexcept : ref_(std::move(taken)) {}

    /* A new slice of so many zero values. */
    static outcome<slice> make(std::int64_t len) {
        return detail::make_object<std::vector<T>, slice>(
            [&](gobridge_ref type, gobridge_ref *made) { return gobridge_slice_new(type, len, len, made); });
    }

    const ref &get_ref() const noexcept {
        return ref_;
    }

    outcome<std::int64_t> size() const {
        std::int64_t len = 0;
        const gobridge_status status = gobridge_slice_len(ref_.get(), &len);
        return detail::finish<std::int64_t>(status, [&] { return len; });
    }
    outcome<T> get(std::int64_t index) const {
        return detail::receive<T>(
            [&](gobridge_value *elem) { return gobridge_slice_get(ref_.get(), index, elem); });
    }
    outcome<void> set(std::int64_t index, const T &elem) {
        const gobridge_value e = to_value(elem);
        return detail::finish(gobridge_slice_set(ref_.get(), index, &e));
    }
    /* Go's s = append(s, elem). */
    outcome<void> push_back(const T &elem) {
        const gobridge_value e = to_value(elem);
        gobridge_ref longer = 0;
        const gobridge_status status = gobridge_slice_append(ref_.get(), &e, 1, &longer);
        if (status == GOBRIDGE_OK) {
            ref_.reset(longer);
        }
        return detail::finish(status);
    }

  private:
    ref ref_;
};

/* ---- functions ---- */

/* A Go function: function<std::string(std::string_view)>. Its result is void, a C++ type, or a std::tuple of them. A last
 * result that is an error is not among them: it fails the call. */
template <class Signature> class function;
template <class R, class... Args> class function<R(Args...)> {
  public:
    explicit function(ref taken) noexcept : ref_(std::move(taken)) {}

    /* A function by the name that it is registered by. */
    static outcome<function> find(std::string_view name) {
        gobridge_ref found = 0;
        const gobridge_status status = gobridge_func_find(name.data(), name.size(), &found);
        return detail::finish<function>(status, [&] { return function(ref(found)); });
    }

    outcome<R> operator()(const Args &...args) const {
        const gobridge_value in[std::max(sizeof...(Args), std::size_t{1})] = {to_value(args)...};
        if constexpr (std::is_void_v<R>) {
            return detail::finish(gobridge_call(ref_.get(), in, sizeof...(Args), nullptr, 0));
        } else {
            return call(in, std::in_place_type<R>);
        }
    }

  private:
    template <class T> outcome<T> call(const gobridge_value *in, std::in_place_type_t<T>) const {
        return detail::receive<T>(
            [&](gobridge_value *out) { return gobridge_call(ref_.get(), in, sizeof...(Args), out, 1); });
    }
    template <class... Ts>
    outcome<std::tuple<Ts...>> call(const gobridge_value *in, std::in_place_type_t<std::tuple<Ts...>>) const {
        gobridge_value out[sizeof...(Ts)];
        if (const gobridge_status status = gobridge_call(ref_.get(), in, sizeof...(Args), out, sizeof...(Ts));
            status != GOBRIDGE_OK) {
            return detail::fail_last<std::tuple<Ts...>>(status);
        }
        std::size_t i = 0;
#ifdef GOBRIDGE_EXPECTED
        std::tuple<expected<Ts>...> taken{detail::take_value<Ts>(out[i++])...};
        return std::apply(
            [](auto &...each) -> expected<std::tuple<Ts...>> {
                const error *why = nullptr;
                ((why = why || each ? why : &each.error()), ...);
                if (why) {
                    return *why;
                }
                return std::tuple<Ts...>(std::move(*each)...);
            },
            taken);
#else
        return std::tuple<Ts...>{detail::take_value<Ts>(out[i++])...};
#endif
    }

    ref ref_;
};

namespace detail {

/* A C++ function that Go calls. */
template <class F, class R, class... Args> struct closure {
    F function;

    static gobridge_status call(void *data, const gobridge_value *args, size_t nargs, gobridge_value *results,
                                size_t nresults) {
        if (nargs != sizeof...(Args) || nresults < (std::is_void_v<R> ? 0 : 1)) {
            return failed("the Go func has other parameters or results than the C++ function");
        }
#ifdef GOBRIDGE_EXPECTED
        return run(*static_cast<closure *>(data), args, results, std::index_sequence_for<Args...>());
#else
        try {
            return run(*static_cast<closure *>(data), args, results, std::index_sequence_for<Args...>());
        } catch (const std::exception &thrown) {
            return failed(thrown.what());
        } catch (...) {
            return failed("a C++ exception");
        }
#endif
    }

    static void drop(void *data) {
        delete static_cast<closure *>(data);
    }

  private:
    static gobridge_status failed(std::string_view why) {
        gobridge_callback_fail(why.data(), why.size());
        return GOBRIDGE_E_RETURNED;
    }

    template <std::size_t... I>
    static gobridge_status run(closure &self, const gobridge_value *args, gobridge_value *results,
                               std::index_sequence<I...>) {
        (void)args;
#ifdef GOBRIDGE_EXPECTED
        std::tuple<expected<std::decay_t<Args>>...> taken{from_value<std::decay_t<Args>>(args[I])...};
        const error *why = nullptr;
        ((why = why || std::get<I>(taken) ? why : &std::get<I>(taken).error()), ...);
        if (why) {
            return failed(why->what());
        }
        return give(results, [&]() -> R { return self.function(*std::get<I>(taken)...); });
#else
        return give(results,
                    [&]() -> R { return self.function(from_value<std::decay_t<Args>>(args[I])...); });
#endif
    }

    /* Go reads the result as soon as the callback has returned, so it outlives this call. */
    template <class Run> static gobridge_status give(gobridge_value *results, Run &&run) {
        if constexpr (std::is_void_v<R>) {
            run();
        } else {
            static thread_local std::optional<std::decay_t<R>> kept;
            kept.emplace(run());
            *results = to_value(*kept);
        }
        (void)results;
        return GOBRIDGE_OK;
    }
};

} // namespace detail

/* A C++ function as a Go func, of the Go type that its parameters and result have: callback<std::int64_t(std::string)>(f) is a
 * func(string) int64. It is destroyed when Go has let go of the func. An exception fails the call that Go made: it is the
 * func's last result where that is an error, else a panic. */
template <class Signature, class F> outcome<ref> callback(F function);
namespace detail {
template <class Signature> struct callback_maker;
template <class R, class... Args> struct callback_maker<R(Args...)> {
    template <class F> static outcome<ref> make(gobridge_ref type, F function) {
        using made = closure<F, R, Args...>;
        auto data = std::make_unique<made>(made{std::move(function)});
        gobridge_ref func = 0;
        const gobridge_status status = gobridge_callback_new(type, made::call, data.get(), made::drop, &func);
        if (status == GOBRIDGE_OK) {
            data.release(); /* Go's, until drop */
        }
        return finish<ref>(status, [&] { return ref(func); });
    }
};
} // namespace detail

/* The same of a Go func type of one's own, such as that of fs.WalkDirFunc. */
template <class Signature, class F> outcome<ref> callback(gobridge_ref type, F function) {
    return detail::callback_maker<Signature>::make(type, std::move(function));
}

template <class Signature, class F> outcome<ref> callback(F function) {
    return detail::make_object<Signature, ref>([&](gobridge_ref type, gobridge_ref *made) {
        gobridge_status status = GOBRIDGE_OK;
        auto func = detail::callback_maker<Signature>::make(type, std::move(function));
#ifdef GOBRIDGE_EXPECTED
        if (!func) {
            status = func.error().status();
        } else {
            *made = func->detach();
        }
#else
        *made = func.detach();
#endif
        return status;
    });
}

} // namespace gobridge

#endif
