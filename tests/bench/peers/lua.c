/* lua: Lua 5.4 embedded by its C API. Numbers are lua_Integers, which have the same 64 bits. */
#include "../bench.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <string.h>

static lua_State *L;
static uint64_t distinct; /* words of the map that is counted in: a table does not know its size */

static uint64_t make(int kind, int64_t hint) {
    (void)kind;
    distinct = 0;
    lua_createtable(L, 0, (int)hint);
    return (uint64_t)luaL_ref(L, LUA_REGISTRYINDEX);
}

static void drop(uint64_t map) {
    luaL_unref(L, LUA_REGISTRYINDEX, (int)map);
}

static void collect(void) {
    lua_gc(L, LUA_GCCOLLECT);
}

/* Puts the map onto the empty stack. */
static void show(slice s) {
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, (lua_Integer)s.map);
}

static uint64_t popped(void) {
    uint64_t number = (uint64_t)lua_tointegerx(L, -1, NULL);
    lua_pop(L, 1);
    return number;
}

static void called(int arguments) {
    if (lua_pcall(L, arguments, 1, 0) != LUA_OK) fail("lua", lua_tostring(L, -1));
}

/* A function of the program's, kept where it takes no look-up by name. */
static int function(const char *name) {
    lua_getglobal(L, name);
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

static uint64_t call(slice s) {
    int one = function("one");
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, one);
        called(0);
        sum += popped();
    }
    luaL_unref(L, LUA_REGISTRYINDEX, one);
    return sum;
}

static uint64_t call2(slice s) {
    int add = function("add");
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, add);
        lua_pushinteger(L, (lua_Integer)sum);
        lua_pushinteger(L, (lua_Integer)i);
        called(2);
        sum = popped();
    }
    luaL_unref(L, LUA_REGISTRYINDEX, add);
    return sum;
}

static uint64_t put_u64(slice s) {
    show(s);
    for (size_t i = s.from; i < s.to; i++) {
        lua_pushinteger(L, (lua_Integer)in.keys[i]);
        lua_pushinteger(L, (lua_Integer)i);
        lua_rawset(L, 1);
    }
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    show(s);
    for (size_t i = s.from; i < s.to; i++) {
        lua_pushinteger(L, (lua_Integer)in.asked[i]);
        lua_rawget(L, 1);
        sum += popped();
    }
    return sum;
}

static uint64_t iterate(slice s) {
    uint64_t sum = 0;
    show(s);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        uint64_t elem = popped();
        sum += (uint64_t)lua_tointegerx(L, -1, NULL) ^ elem;
    }
    return sum;
}

static uint64_t put_str(slice s) {
    show(s);
    for (size_t i = s.from; i < s.to; i++) {
        lua_pushlstring(L, string_key(i), STRING_LEN);
        lua_pushinteger(L, (lua_Integer)i);
        lua_rawset(L, 1);
    }
    return 0;
}

static uint64_t get_str(slice s) {
    uint64_t sum = 0;
    show(s);
    for (size_t i = s.from; i < s.to; i++) {
        lua_pushlstring(L, string_key(in.order[i]), STRING_LEN);
        lua_rawget(L, 1);
        sum += popped();
    }
    return sum;
}

static uint64_t echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        size_t len;
        echo_string(data, i);
        lua_pushlstring(L, data, ECHO_LEN);
        const char *string = lua_tolstring(L, -1, &len);
        memcpy(out, string, len);
        lua_pop(L, 1);
        sum += len + (uint8_t)out[7];
    }
    return sum;
}

static uint64_t count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN];
    show(s);
    for (size_t i = s.from; i < s.to; i++) {
        lua_pushlstring(L, word, next_word(&at, word));
        lua_pushvalue(L, -1);
        lua_rawget(L, 1);
        uint64_t tally = popped(); /* nil gives 0 */
        if (tally == 0) distinct++;
        lua_pushinteger(L, (lua_Integer)tally + 1);
        lua_rawset(L, 1);
    }
    return distinct;
}

static const contender lua = {
    .make = make,
    .drop = drop,
    .collect = collect,
    .loops = {[CALL] = call,
              [CALL2] = call2,
              [PUT_U64] = put_u64,
              [PUT_U64_PRESIZED] = put_u64,
              [GET_U64] = get_u64,
              [ITERATE] = iterate,
              [PUT_STR] = put_str,
              [GET_STR] = get_str,
              [ECHO] = echo,
              [COUNT] = count},
};

int main(void) {
    L = luaL_newstate();
    if (!L || luaL_dostring(L, "function one() return 1 end function add(a, b) return a + b end"))
        fail("lua", "no start");
    serve(&lua);
    return 0;
}
