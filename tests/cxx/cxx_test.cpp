/* gobridge.hpp, with exceptions and, with GOBRIDGE_EXPECTED, without. Each check says what must hold, with real values. */
#include <gobridge.hpp>
#include <limits>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

using namespace std::literals;

static int failures = 0;
#define CHECK(condition)                                                \
    do {                                                                \
        if (!(condition)) {                                             \
            std::printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            failures++;                                                 \
        }                                                               \
    } while (0)

/* The result of an outcome, in both modes; and the status of one that fails. */
#ifdef GOBRIDGE_EXPECTED
template <class T> T good(gobridge::expected<T> of) {
    if (!of) {
        std::printf("%s\n", of.error().what());
        std::exit(1);
    }
    return std::move(*of);
}
inline void good(gobridge::expected<void> of) {
    CHECK(of.has_value());
}
template <class F> gobridge::error failure(F &&run) {
    return run().error();
}
#else
template <class T> T good(T of) {
    return of;
}
#define good(...) (__VA_ARGS__)
template <class F> gobridge::error failure(F &&run) {
    try {
        run();
    } catch (const gobridge::error &why) {
        return why;
    }
    return gobridge::error(GOBRIDGE_OK, "");
}
#endif

static void test_values() {
    const gobridge::value five(gobridge_int64(5)), big(gobridge_uint64(1ULL << 63)),
        half(gobridge_float64(0.5));
    CHECK(good(five.as<std::int8_t>()) == 5);
    CHECK(good(five.as<double>()) == 5.0);
    CHECK(good(half.as<float>()) == 0.5f);
    CHECK(failure([&] { return big.as<std::int64_t>(); }).status() == GOBRIDGE_E_RANGE);
    CHECK(failure([&] { return half.as<int>(); }).status() == GOBRIDGE_E_WRONG_TYPE);
    CHECK(failure([&] { return half.as<int>(); }).what() == "a Go value of kind FLOAT64 is no integer"sv);
    CHECK(failure([&] { return five.as<std::string>(); }).status() == GOBRIDGE_E_WRONG_TYPE);
    const gobridge::value minus(gobridge_int64(-1));
    CHECK(failure([&] { return minus.as<std::uint64_t>(); }).status() == GOBRIDGE_E_RANGE);
    CHECK(gobridge::value().is_nil());
    CHECK(gobridge::to_value("a\0b"sv).len == 3);
    /* Numbers are of their own kinds, which Go takes without a conversion. */
    CHECK(gobridge::to_value(std::int8_t{-5}).kind == GOBRIDGE_KIND_INT8);
    CHECK(gobridge::to_value(std::int32_t{-5}).as.i == -5 &&
          gobridge::to_value(-5).kind == GOBRIDGE_KIND_INT32);
    CHECK(gobridge::to_value(std::uint16_t{5}).kind == GOBRIDGE_KIND_UINT16);
    CHECK(gobridge::to_value(std::uint64_t{5}).kind == GOBRIDGE_KIND_UINT64);
    CHECK(gobridge::to_value(0.5F).kind == GOBRIDGE_KIND_FLOAT32 && gobridge::to_value(0.5F).as.f == 0.5);
    CHECK(gobridge::to_value(0.5).kind == GOBRIDGE_KIND_FLOAT64);
    CHECK(gobridge::to_value(true).kind == GOBRIDGE_KIND_BOOL);
    gobridge::value put;
    for (int again = 0; again < 2; again++) { /* what it was is released */
        gobridge_ref boxed = 0;
        CHECK(gobridge_runtime_convTstring("text", 4, &boxed) == GOBRIDGE_OK);
        CHECK(gobridge_value_get(boxed, put.put()) == GOBRIDGE_OK && put.view() == "text"sv);
        CHECK(gobridge_release(boxed) == GOBRIDGE_OK);
    }
}

/* Every number of a type comes back as it is, also where a double has no such number. */
template <class T> static void test_numbers_of() {
    using limits = std::numeric_limits<T>;
    auto numbers = good(gobridge::map<std::int64_t, T>::make());
    auto listed = good(gobridge::slice<T>::make(1));
    const T rows[] = {limits::lowest(), T(limits::lowest() + T(1)), T(0), T(1), T(limits::max() - T(1)),
                      limits::max()};
    for (const T number : rows) {
        good(numbers.set(1, number));
        good(listed.set(0, number));
        CHECK(good(numbers.get(1)) == number);
        CHECK(good(listed.get(0)) == number);
        CHECK(good(gobridge::value(gobridge::to_value(number)).as<T>()) == number);
    }
}

/* What a Go number is in a C++ type, and what it is not. */
template <class T> static void check_reads(const char *slice_type, const gobridge_value &number) {
    const bool is_float = number.kind >= GOBRIDGE_KIND_FLOAT32, is_bool = number.kind == GOBRIDGE_KIND_BOOL;
    const bool is_signed = !is_bool && number.kind <= GOBRIDGE_KIND_INT64;
    const long double exact = is_float    ? static_cast<long double>(number.as.f)
                              : is_signed ? static_cast<long double>(number.as.i)
                                          : static_cast<long double>(number.as.u);
    gobridge_status status = GOBRIDGE_OK;
    if (std::is_same_v<T, bool> != is_bool || (is_float && !std::is_floating_point_v<T>)) {
        status = GOBRIDGE_E_WRONG_TYPE;
    } else if (!is_float && (exact < static_cast<long double>(std::numeric_limits<T>::lowest()) ||
                             exact > static_cast<long double>(std::numeric_limits<T>::max()))) {
        status = GOBRIDGE_E_RANGE;
    }
    gobridge_ref made = 0;
    CHECK(gobridge_slice_new(good(gobridge::type(slice_type)), 1, 1, &made) == GOBRIDGE_OK);
    CHECK(gobridge_slice_set(made, 0, &number) == GOBRIDGE_OK);
    const gobridge::slice<T> numbers{gobridge::ref(made)};
    const gobridge::value owned(number);
    if (status) {
        CHECK(failure([&] { return numbers.get(0); }).status() == status);
        CHECK(failure([&] { return owned.as<T>(); }).status() == status);
    } else {
        CHECK(good(numbers.get(0)) == static_cast<T>(exact));
        CHECK(good(owned.as<T>()) == static_cast<T>(exact));
    }
}

template <class T> static void test_reads_as() {
    const std::pair<const char *, std::uint32_t> integers[] = {
        {"[]int", GOBRIDGE_KIND_INT},        {"[]int8", GOBRIDGE_KIND_INT8},
        {"[]int16", GOBRIDGE_KIND_INT16},    {"[]int32", GOBRIDGE_KIND_INT32},
        {"[]int64", GOBRIDGE_KIND_INT64},    {"[]uint", GOBRIDGE_KIND_UINT},
        {"[]uint8", GOBRIDGE_KIND_UINT8},    {"[]uint16", GOBRIDGE_KIND_UINT16},
        {"[]uint32", GOBRIDGE_KIND_UINT32},  {"[]uint64", GOBRIDGE_KIND_UINT64},
        {"[]uintptr", GOBRIDGE_KIND_UINTPTR}};
    for (const auto &[type, kind] : integers) {
        const bool is_signed = kind <= GOBRIDGE_KIND_INT64;
        const bool is_address =
            kind == GOBRIDGE_KIND_INT || kind == GOBRIDGE_KIND_UINT || kind == GOBRIDGE_KIND_UINTPTR;
        const unsigned step = kind - (is_signed ? GOBRIDGE_KIND_INT8 : GOBRIDGE_KIND_UINT8);
        const unsigned bits = is_address ? 8 * sizeof(void *) : 8U << step;
        const std::uint64_t most = ~std::uint64_t{0} >> (64 - bits + (is_signed ? 1 : 0));
        for (const std::uint64_t magnitude : {std::uint64_t{0}, std::uint64_t{5}, most / 2, most - 1, most}) {
            gobridge_value number = gobridge_uint64(magnitude);
            number.kind = kind;
            check_reads<T>(type, number);
            if (is_signed) {
                number.as.u = ~magnitude;
                check_reads<T>(type, number);
            }
        }
    }
    check_reads<T>("[]bool", gobridge_bool(true));
    check_reads<T>("[]float64", gobridge_float64(0.5));
    check_reads<T>("[]float32", gobridge_float64(-2.0));
}

static void test_numbers() {
    test_reads_as<bool>(), test_reads_as<float>(), test_reads_as<double>();
    test_reads_as<std::int8_t>(), test_reads_as<std::int16_t>(), test_reads_as<std::int32_t>();
    test_reads_as<std::int64_t>(), test_reads_as<std::uint8_t>(), test_reads_as<std::uint16_t>();
    test_reads_as<std::uint32_t>(), test_reads_as<std::uint64_t>();
    test_numbers_of<std::int8_t>(), test_numbers_of<std::int16_t>(), test_numbers_of<std::int32_t>();
    test_numbers_of<std::int64_t>(), test_numbers_of<std::uint8_t>(), test_numbers_of<std::uint16_t>();
    test_numbers_of<std::uint32_t>(), test_numbers_of<std::uint64_t>();
    test_numbers_of<float>(), test_numbers_of<double>();
}

static void test_maps() {
    auto ages = good(gobridge::map<std::string, std::int64_t>::make());
    good(ages.set("Ada", 36));
    good(ages.set("Grace", 85));
    CHECK(good(ages.get("Ada")) == 36);
    CHECK(!good(ages.get("Emmy")));
    CHECK(good(ages.contains("Grace")));
    CHECK(good(ages.size()) == 2);
    std::int64_t sum = 0;
    good(ages.for_each([&](const std::string &name, std::int64_t age) {
        sum += age + static_cast<std::int64_t>(name.size());
    }));
    CHECK(sum == 36 + 85 + 3 + 5);
    CHECK(good(ages.erase("Ada")));
    CHECK(!good(ages.erase("Ada")));
    good(ages.clear());
    CHECK(good(ages.size()) == 0);
    auto texts = good(gobridge::map<std::uint32_t, std::string>::make(10));
    good(texts.set(7, "seven"));
    CHECK(good(texts.get(7)) == "seven");
}

static void test_slices() {
    auto words = good(gobridge::slice<std::string>::make(1));
    good(words.set(0, "one"));
    good(words.push_back("two"));
    CHECK(good(words.size()) == 2);
    CHECK(good(words.get(0)) == "one");
    CHECK(good(words.get(1)) == "two");
    CHECK(failure([&] { return words.get(2); }).status() == GOBRIDGE_E_INDEX);
}

static void test_functions() {
    const auto upper = good(gobridge::function<std::string(std::string_view)>::find("strings.ToUpper"));
    CHECK(good(upper("go"sv)) == "GO");
    const auto repeat = good(gobridge::function<gobridge::value(std::string, int)>::find("strings.Repeat"));
    CHECK(good(repeat("ab", 2)).view() == "abab");
    const gobridge::error why = failure([&] { return repeat("ab", -1); });
    CHECK(why.status() == GOBRIDGE_E_RETURNED);
    CHECK(std::string(why.what()).find("the count is -1") != std::string::npos);
    CHECK(failure([] { return gobridge::function<void()>::find("no.Such"); }).status() ==
          GOBRIDGE_E_UNKNOWN_NAME);
    const auto fields = good(gobridge::function<gobridge::ref(std::string)>::find("strings.Fields"));
    const gobridge::slice<std::string> parts(good(fields("a b")));
    CHECK(good(parts.get(1)) == "b");
}

static void test_callbacks() {
    auto counter = std::make_shared<int>(0);
    {
        const gobridge::function<std::int64_t(std::int64_t, std::int64_t)> add(
            good(gobridge::callback<std::int64_t(std::int64_t, std::int64_t)>(
                [counter](std::int64_t a, std::int64_t b) {
                    ++*counter;
                    return a + b;
                })));
        CHECK(good(add(40, 2)) == 42);
        CHECK(*counter == 1);
    }
    const gobridge::function<std::string(std::string)> greet(
        good(gobridge::callback<std::string(std::string)>(
            [](const std::string &name) { return "hello, " + name + ", and all others"; })));
    CHECK(good(greet("Ada")) == "hello, Ada, and all others");
#ifndef GOBRIDGE_EXPECTED
    const gobridge_ref type = gobridge::type("func(string) error");
    const gobridge::function<void(std::string)> thrower(gobridge::callback<void(std::string)>(
        type, [](const std::string &why) { throw std::runtime_error(why); }));
    const gobridge::error why = failure([&] { return thrower("it is thrown"), 0; });
    CHECK(why.status() == GOBRIDGE_E_RETURNED);
    CHECK(std::string(why.what()).find("it is thrown") != std::string::npos);
    const gobridge::function<void()> odd(gobridge::callback<void()>([] { throw 7; }));
    CHECK(failure([&] { return odd(), 0; }).status() == GOBRIDGE_E_PANIC);
#endif
}

int main() {
    test_values();
    test_numbers();
    test_maps();
    test_slices();
    test_functions();
    test_callbacks();
    return failures != 0;
}
