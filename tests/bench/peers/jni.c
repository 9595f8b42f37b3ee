/* jni: a JVM embedded by JNI, java.util.HashMap behind a class of the program's own (Peer.java). */
#include "../bench.h"

#include <jni.h>
#include <stdlib.h>

static JNIEnv *env;
static jclass peer, hash_map, system_class;
static jmethodID new_map, size_of, iterator_of, entries_of, gc, one, add, put_number, get_number, put_string,
    get_string, count_word, fill;

static void check(void) {
    if (!(*env)->ExceptionCheck(env)) return;
    (*env)->ExceptionDescribe(env);
    fail("jni", "an exception");
}

static void *must(void *found) {
    if (!found) check();
    return found;
}

static jclass class_named(const char *name) {
    return must((*env)->NewGlobalRef(env, must((*env)->FindClass(env, name))));
}

static jmethodID method(jclass of, const char *name, const char *signature) {
    return must((*env)->GetMethodID(env, of, name, signature));
}

static jmethodID function(jclass of, const char *name, const char *signature) {
    return must((*env)->GetStaticMethodID(env, of, name, signature));
}

static jobject map_of(slice s) {
    return (jobject)(uintptr_t)s.map;
}

static uint64_t make(int kind, int64_t hint) {
    (void)kind;
    jvalue room = {.i = hint ? (jint)(hint * 4 / 3 + 1)
                             : 16}; /* at most three quarters full; 16 is Java's own */
    jobject map = must((*env)->NewObjectA(env, hash_map, new_map, &room));
    uint64_t kept = (uintptr_t)must((*env)->NewGlobalRef(env, map));
    (*env)->DeleteLocalRef(env, map);
    return kept;
}

static void drop(uint64_t map) {
    (*env)->DeleteGlobalRef(env, (jobject)(uintptr_t)map);
}

static void collect(void) {
    (*env)->CallStaticVoidMethodA(env, system_class, gc, NULL);
}

static uint64_t call(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        sum += (uint64_t)(*env)->CallStaticLongMethodA(env, peer, one, NULL);
        check();
    }
    return sum;
}

static uint64_t call2(slice s) {
    jlong sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        jvalue arguments[] = {{.j = sum}, {.j = (jlong)i}};
        sum = (*env)->CallStaticLongMethodA(env, peer, add, arguments);
        check();
    }
    return (uint64_t)sum;
}

static uint64_t put_u64(slice s) {
    for (size_t i = s.from; i < s.to; i++) {
        jvalue arguments[] = {{.l = map_of(s)}, {.j = (jlong)in.keys[i]}, {.j = (jlong)i}};
        (*env)->CallStaticVoidMethodA(env, peer, put_number, arguments);
        check();
    }
    return 0;
}

static uint64_t get_u64(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        jvalue arguments[] = {{.l = map_of(s)}, {.j = (jlong)in.asked[i]}};
        sum += (uint64_t)(*env)->CallStaticLongMethodA(env, peer, get_number, arguments);
        check();
    }
    return sum;
}

static uint64_t iterate(slice s) {
    enum { BATCH = 1024 };
    static jlong keys[BATCH], elems[BATCH];
    uint64_t sum = 0;
    if ((*env)->PushLocalFrame(env, 8) != 0) check();
    jobject entries = must((*env)->CallObjectMethodA(env, map_of(s), entries_of, NULL));
    jobject iterator = must((*env)->CallObjectMethodA(env, entries, iterator_of, NULL));
    jlongArray key_array = must((*env)->NewLongArray(env, BATCH));
    jlongArray elem_array = must((*env)->NewLongArray(env, BATCH));
    for (;;) {
        jvalue arguments[] = {{.l = iterator}, {.l = key_array}, {.l = elem_array}};
        jint n = (*env)->CallStaticIntMethodA(env, peer, fill, arguments);
        check();
        if (n == 0) break;
        (*env)->GetLongArrayRegion(env, key_array, 0, n, keys);
        (*env)->GetLongArrayRegion(env, elem_array, 0, n, elems);
        for (jint i = 0; i < n; i++) sum += (uint64_t)keys[i] ^ (uint64_t)elems[i];
    }
    (*env)->PopLocalFrame(env, NULL);
    return sum;
}

static uint64_t put_str(slice s) {
    for (size_t i = s.from; i < s.to; i++) {
        jstring key = must((*env)->NewStringUTF(env, string_key(i)));
        jvalue arguments[] = {{.l = map_of(s)}, {.l = key}, {.j = (jlong)i}};
        (*env)->CallStaticVoidMethodA(env, peer, put_string, arguments);
        check();
        (*env)->DeleteLocalRef(env, key);
    }
    return 0;
}

static uint64_t get_str(slice s) {
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        jstring key = must((*env)->NewStringUTF(env, string_key(in.order[i])));
        jvalue arguments[] = {{.l = map_of(s)}, {.l = key}};
        sum += (uint64_t)(*env)->CallStaticLongMethodA(env, peer, get_string, arguments);
        check();
        (*env)->DeleteLocalRef(env, key);
    }
    return sum;
}

static uint64_t echo(slice s) {
    char data[] = ECHO_STRING, out[ECHO_LEN + 1];
    uint64_t sum = 0;
    for (size_t i = s.from; i < s.to; i++) {
        echo_string(data, i);
        jstring string = must((*env)->NewStringUTF(env, data));
        sum += (uint64_t)(*env)->GetStringUTFLength(env, string);
        (*env)->GetStringUTFRegion(env, string, 0, (*env)->GetStringLength(env, string), out);
        (*env)->DeleteLocalRef(env, string);
        sum += (uint8_t)out[7];
    }
    return sum;
}

static uint64_t count(slice s) {
    const char *at = first_word(s);
    char word[WORD_LEN + 1];
    for (size_t i = s.from; i < s.to; i++) {
        word[next_word(&at, word)] = 0;
        jstring key = must((*env)->NewStringUTF(env, word));
        jvalue arguments[] = {{.l = map_of(s)}, {.l = key}};
        (*env)->CallStaticVoidMethodA(env, peer, count_word, arguments);
        check();
        (*env)->DeleteLocalRef(env, key);
    }
    return (uint64_t)(*env)->CallIntMethodA(env, map_of(s), size_of, NULL);
}

static const contender jni = {
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
    JavaVM *vm;
    JavaVMOption options[] = {{.optionString = "-Djava.class.path=build/bench"}};
    JavaVMInitArgs arguments = {.version = JNI_VERSION_10, .nOptions = 1, .options = options};
    if (JNI_CreateJavaVM(&vm, (void **)&env, &arguments) != JNI_OK) fail("jni", "no start");
    peer = class_named("Peer");
    hash_map = class_named("java/util/HashMap");
    system_class = class_named("java/lang/System");
    new_map = method(hash_map, "<init>", "(I)V");
    size_of = method(hash_map, "size", "()I");
    entries_of = method(hash_map, "entrySet", "()Ljava/util/Set;");
    iterator_of = method(class_named("java/util/Set"), "iterator", "()Ljava/util/Iterator;");
    gc = function(system_class, "gc", "()V");
    one = function(peer, "one", "()J");
    add = function(peer, "add", "(JJ)J");
    put_number = function(peer, "putNumber", "(Ljava/util/HashMap;JJ)V");
    get_number = function(peer, "getNumber", "(Ljava/util/HashMap;J)J");
    put_string = function(peer, "putString", "(Ljava/util/HashMap;Ljava/lang/String;J)V");
    get_string = function(peer, "getString", "(Ljava/util/HashMap;Ljava/lang/String;)J");
    count_word = function(peer, "count", "(Ljava/util/HashMap;Ljava/lang/String;)V");
    fill = function(peer, "fill", "(Ljava/util/Iterator;[J[J)I");
    serve(&jni);
    _Exit(0); /* what the JVM has to do at an end takes longer */
}
