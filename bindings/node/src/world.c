/* An environment, and the queue of what other threads have its thread do. */
#include "addon.h"

/* Node calls it on the environment's thread, with env NULL for what is left in the queue at the end. */
static void run(napi_env env, napi_value function, void *context, void *data) {
    (void)function, (void)context;
    job *j = data;
    j->run(env, j);
}

static void finished(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    world_drop(data);
}

/* The queue still is there: hooks run in reverse order. */
static void end(void *data) {
    world *w = data;
    pthread_mutex_lock(&w->lock);
    w->ended = true;
    pthread_mutex_unlock(&w->lock);
    requests_end(w);
    napi_release_threadsafe_function(w->queue, napi_tsfn_release);
}

world *world_new(napi_env env) {
    world *w = calloc(1, sizeof *w);
    if (w == NULL) return NULL;
    w->env = env;
    w->thread = pthread_self();
    w->holders = 2; /* the environment and the queue */
    pthread_mutex_init(&w->lock, NULL);
    napi_value name;
    if (napi_create_string_utf8(env, "gobridge", NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, w, finished, NULL, run, &w->queue) !=
            napi_ok) {
        free(w);
        return NULL;
    }
    napi_unref_threadsafe_function(env, w->queue);
    napi_add_env_cleanup_hook(env, end, w);
    return w;
}

void world_hold(world *w) {
    __atomic_add_fetch(&w->holders, 1, __ATOMIC_RELAXED);
}

void world_drop(world *w) {
    if (__atomic_sub_fetch(&w->holders, 1, __ATOMIC_ACQ_REL) > 0) return;
    pthread_mutex_destroy(&w->lock);
    free(w);
}

bool world_post(world *w, job *j) {
    pthread_mutex_lock(&w->lock);
    bool posted = !w->ended && napi_call_threadsafe_function(w->queue, j, napi_tsfn_nonblocking) == napi_ok;
    pthread_mutex_unlock(&w->lock);
    return posted;
}

void world_pending(world *w, int32_t change) {
    if (w->pending == 0 && change > 0) napi_ref_threadsafe_function(w->env, w->queue);
    w->pending += (uint32_t)change;
    if (w->pending == 0 && change < 0) napi_unref_threadsafe_function(w->env, w->queue);
}
