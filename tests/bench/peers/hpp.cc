/* gobridge-hpp: gobridge-single by gobridge.hpp. In the bench itself, for in a process of its own a call costs up to 7 % more. */
#define _Noreturn [[noreturn]]
extern "C" {
#include "../bench.h"
}

#include <cstring>
#include <gobridge.hpp>
#include <new>

namespace {

/* One of the two that the loops have. */
struct maps {
    gobridge::map<std::uint64_t, std::uint64_t> numbers;
    gobridge::map<std::string_view, std::uint64_t> texts;
};

std::uint64_t make(int, std::int64_t hint) {
    return reinterpret_cast<std::uintptr_t>(
        new maps{gobridge::map<std::uint64_t, std::uint64_t>::make(hint),
                 gobridge::map<std::string_view, std::uint64_t>::make(hint)});
}

maps &of(std::uint64_t map) {
    return *reinterpret_cast<maps *>(static_cast<std::uintptr_t>(map));
}

void drop(std::uint64_t map) {
    delete &of(map);
}

std::uint64_t call2(slice s) {
    static const auto add = gobridge::function<std::int64_t(std::int64_t, std::int64_t)>::find("bench.add");
    std::int64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) sum = add(sum, static_cast<std::int64_t>(i));
    return static_cast<std::uint64_t>(sum);
}

std::uint64_t call_str(slice s) {
    static const auto same = gobridge::function<gobridge::value(std::string_view)>::find("bench.same");
    char data[] = ECHO_STRING, out[ECHO_LEN];
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        const gobridge::value result = same(std::string_view(data, ECHO_LEN));
        const std::string_view text = result.view();
        std::memcpy(out, text.data(), text.size());
        sum += text.size() + static_cast<std::uint8_t>(out[7]);
    }
    return sum;
}

std::uint64_t call_mixed(slice s) {
    static const auto mixed = gobridge::function<double(std::int32_t, double, std::uint8_t)>::find("bench.mixed");
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) {
        sum += static_cast<std::uint64_t>(mixed(static_cast<std::int32_t>(i), 0.5, static_cast<std::uint8_t>(i)));
    }
    return sum;
}

std::uint64_t maplen(slice s) {
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) sum += static_cast<std::uint64_t>(of(s.map).numbers.size());
    return sum;
}

std::uint64_t elem(slice s) {
    static const auto elems = [] {
        auto made = gobridge::slice<std::int64_t>::make(1024);
        for (std::int64_t i = 0; i < 1024; i++) made.set(i, i * 3);
        return made;
    }();
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) {
        sum += static_cast<std::uint64_t>(elems.get(static_cast<std::int64_t>(i % 1024)));
    }
    return sum;
}

std::uint64_t put_u64(slice s) {
    for (std::size_t i = s.from; i < s.to; i++) of(s.map).numbers.set(in.keys[i], i);
    return 0;
}

std::uint64_t get_u64(slice s) {
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) {
        if (const auto found = of(s.map).numbers.get(in.asked[i])) sum += *found;
    }
    return sum;
}

std::uint64_t put_str(slice s) {
    for (std::size_t i = s.from; i < s.to; i++) {
        of(s.map).texts.set(std::string_view(string_key(i), STRING_LEN), i);
    }
    return 0;
}

std::uint64_t get_str(slice s) {
    std::uint64_t sum = 0;
    for (std::size_t i = s.from; i < s.to; i++) {
        if (const auto found = of(s.map).texts.get(std::string_view(string_key(in.order[i]), STRING_LEN))) {
            sum += *found;
        }
    }
    return sum;
}

contender make_contender() {
    contender hpp = {};
    hpp.name = "gobridge-hpp";
    hpp.make = make;
    hpp.drop = drop;
    hpp.loops[CALL2] = call2;
    hpp.loops[CALL_STR] = call_str;
    hpp.loops[CALL_MIXED] = call_mixed;
    hpp.loops[MAPLEN] = maplen;
    hpp.loops[ELEM] = elem;
    hpp.loops[PUT_U64] = put_u64;
    hpp.loops[GET_U64] = get_u64;
    hpp.loops[PUT_STR] = put_str;
    hpp.loops[GET_STR] = get_str;
    return hpp;
}

} // namespace

/* What it throws ends the bench. */
const contender gobridge_hpp = make_contender();
