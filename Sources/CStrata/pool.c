// The thread pool.
//
// All coordination of a running program is in two counters. `unclaimed` is the number of tasks of
// the open phase that nobody has taken: taking one away claims a task, and a claim keeps the phase
// open until the task is done, so everything else is read only after claiming. `unfinished` is the
// number of tasks not yet done; who brings it to zero opens the next phase. A thread that comes
// late, or was suspended for long, therefore finds either a task of whatever runs now, or nothing;
// it can never touch a program that has ended. The caller works too, and waits only for tasks
// that others have claimed, never for a thread to wake up.
#include "strata_pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "strata_shims.h"

enum { cache_line = 128 };
static const int64_t spin_time = 40000;  // nanoseconds to look for work before going to sleep

typedef struct {
    void *memory;
    size_t size;
} scratch;

static struct {
    _Alignas(cache_line) atomic_int_fast64_t unclaimed;
    _Alignas(cache_line) atomic_int_fast64_t unfinished;
    _Alignas(cache_line) atomic_bool done;

    // The open phase; written by the thread that opens it, read by those holding a claim.
    _Alignas(cache_line) const strata_program *program;
    int32_t phase, next_phase;
    int64_t tasks;   // of this phase
    int64_t *times;  // of this phase's steps, or NULL
    scratch scratch[STRATA_MAX_THREADS];

    _Alignas(cache_line) atomic_int sleepers;  // changed under `sleep` only
    int wake_ups;                              // sleepers told to wake that have not yet done so
    pthread_mutex_t sleep;
    pthread_cond_t wake;

    atomic_bool stop;
    pthread_mutex_t turn;  // held by the caller of strata_run
    pthread_t workers[STRATA_MAX_THREADS];
    int worker_count, threads;  // threads: what worker_count was made for
} pool = {
    .sleep = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
    .turn = PTHREAD_MUTEX_INITIALIZER,
    .threads = 1,
};

static atomic_int wanted_threads;  // 0: not chosen yet

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// ---- Tasks --------------------------------------------------------------------------------------

static int64_t task_count(const strata_step *step) {
    return step->units > 0 ? (step->units - 1) / step->task_units + 1 : 0;
}

static void run_task(const strata_step *step, int64_t task, void *memory, int64_t *time) {
    int64_t start = time ? now() : 0;
    int64_t begin = task * step->task_units;
    int64_t end = step->units - begin < step->task_units ? step->units : begin + step->task_units;
    int64_t block = step->block_units > 0 ? step->block_units : end - begin;
    for (; begin < end; begin += block) {
        int64_t stop = end - begin < block ? end : begin + block;
        for (int32_t i = 0; i < step->call_count; i++) step->calls[i].kernel(step->calls[i].args, begin, stop, memory);
    }
    if (time) __atomic_fetch_add(time, now() - start, __ATOMIC_RELAXED);
}

static void run_alone(const strata_program *program, void *memory, int64_t *times) {
    for (int32_t p = 0; p < program->phase_count; p++) {
        const strata_phase *phase = &program->phases[p];
        for (int32_t s = 0; s < phase->step_count; s++) {
            int64_t tasks = task_count(&phase->steps[s]);
            for (int64_t task = 0; task < tasks; task++)
                run_task(&phase->steps[s], task, memory, times ? times + s : NULL);
        }
        if (times) times += phase->step_count;
    }
}

// ---- Phases -------------------------------------------------------------------------------------

static void wake_sleepers(int64_t count) {
    pthread_mutex_lock(&pool.sleep);
    int sleepers = atomic_load(&pool.sleepers);
    if (count > sleepers) count = sleepers;
    atomic_store(&pool.sleepers, sleepers - (int)count);
    pool.wake_ups += (int)count;
    while (count-- > 0) pthread_cond_signal(&pool.wake);
    pthread_mutex_unlock(&pool.sleep);
}

// Opens the next phase that has tasks, or ends the program. Only one thread is ever here: the
// caller at the start, then who finished the last task.
static void open_next_phase(void) {
    const strata_program *program = pool.program;
    while (pool.next_phase < program->phase_count) {
        if (pool.times && pool.next_phase > 0) pool.times += program->phases[pool.phase].step_count;
        pool.phase = pool.next_phase++;
        const strata_phase *phase = &program->phases[pool.phase];
        int64_t tasks = 0;
        for (int32_t s = 0; s < phase->step_count; s++) tasks += task_count(&phase->steps[s]);
        if (tasks == 0) continue;
        pool.tasks = tasks;
        atomic_store_explicit(&pool.unfinished, tasks, memory_order_relaxed);
        // Sequentially consistent, as are the accesses of fall_asleep: either a worker going to
        // sleep sees the tasks, or it is seen here.
        atomic_store(&pool.unclaimed, tasks);
        if (tasks > 1 && atomic_load(&pool.sleepers) > 0) wake_sleepers(tasks - 1);
        return;
    }
    atomic_store_explicit(&pool.done, true, memory_order_release);
}

// Claims a task and runs it; false if there was none.
static bool work(int thread) {
    if (atomic_load_explicit(&pool.unclaimed, memory_order_relaxed) <= 0) return false;
    int64_t claim = atomic_fetch_sub_explicit(&pool.unclaimed, 1, memory_order_acquire);
    if (claim <= 0) return false;  // below zero does no harm: opening a phase sets it afresh
    int64_t task = pool.tasks - claim;
    const strata_step *steps = pool.program->phases[pool.phase].steps, *step = steps;
    for (int64_t tasks; task >= (tasks = task_count(step)); step++) task -= tasks;
    run_task(step, task, pool.scratch[thread].memory, pool.times ? pool.times + (step - steps) : NULL);
    if (atomic_fetch_sub_explicit(&pool.unfinished, 1, memory_order_acq_rel) == 1) open_next_phase();
    return true;
}

// Looking for work in vain: false once that has gone on for `limit` nanoseconds.
typedef struct patience {
    uint32_t turns;
    int64_t deadline;  // 0: not looked at the clock yet
} patience;

static bool wait_a_little(patience *patience, int64_t limit) {
    pause_briefly();
    if (++patience->turns % 16) return true;
    int64_t time = now();
    if (patience->deadline == 0) patience->deadline = time + limit;
    return time < patience->deadline;
}

static void run_together(void) {
    atomic_store_explicit(&pool.done, false, memory_order_relaxed);
    open_next_phase();
    patience patience = {0};
    while (!atomic_load_explicit(&pool.done, memory_order_acquire)) {
        if (work(0))
            patience = (struct patience){0};
        else if (!wait_a_little(&patience, spin_time / 2))
            sched_yield();  // who holds the task may be waiting for this processor
    }
}

// ---- Workers ------------------------------------------------------------------------------------

static void fall_asleep(void) {
    pthread_mutex_lock(&pool.sleep);
    atomic_fetch_add(&pool.sleepers, 1);
    if (atomic_load(&pool.unclaimed) > 0 || atomic_load(&pool.stop)) {
        atomic_fetch_sub(&pool.sleepers, 1);
    } else {
        while (pool.wake_ups == 0) pthread_cond_wait(&pool.wake, &pool.sleep);
        pool.wake_ups--;
    }
    pthread_mutex_unlock(&pool.sleep);
}

static void *worker(void *argument) {
    int thread = (int)(intptr_t)argument;
    patience patience = {0};
    while (!atomic_load_explicit(&pool.stop, memory_order_relaxed)) {
        bool worked = work(thread);
        if (!worked && wait_a_little(&patience, spin_time)) continue;
        if (!worked) fall_asleep();
        patience = (struct patience){0};
    }
    return NULL;
}

// Replaces the workers by threads - 1 new ones. Where the system refuses some, fewer do the work.
static void set_workers(int threads) {
    atomic_store(&pool.stop, true);
    wake_sleepers(STRATA_MAX_THREADS);
    for (int i = 0; i < pool.worker_count; i++) pthread_join(pool.workers[i], NULL);
    atomic_store(&pool.stop, false);

    sigset_t all, before;  // signals are the program's own threads' business
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pool.worker_count = 0;
    for (int i = 1; i < threads; i++) {
        if (pthread_create(&pool.workers[pool.worker_count], NULL, worker, (void *)(intptr_t)i)) break;
        pool.worker_count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool.threads = threads;
}

// ---- The interface --------------------------------------------------------------------------------

void strata_set_threads(int32_t threads) {
    atomic_store(&wanted_threads, threads < 1 ? 1 : threads > STRATA_MAX_THREADS ? STRATA_MAX_THREADS : threads);
}

int32_t strata_threads(void) {
    int threads = atomic_load(&wanted_threads);
    if (threads > 0) return threads;
    int chosen = strata_default_threads();
    return atomic_compare_exchange_strong(&wanted_threads, &threads, chosen) ? chosen : threads;
}

// Gives the first `threads` threads scratch of this size. Nobody holds a claim now, so nobody
// looks at what is replaced.
static bool grow_scratch(int threads, int64_t bytes) {
    size_t size = bytes > 0 ? (size_t)bytes : 0;
    for (int i = 0; i < threads; i++) {
        scratch *own = &pool.scratch[i];
        if (own->size >= size) continue;
        strata_deallocate(own->memory, own->size);
        own->memory = strata_allocate(size);
        own->size = own->memory ? size : 0;
        if (!own->memory) return false;
    }
    return true;
}

static size_t step_count(const strata_program *program) {
    size_t count = 0;
    for (int32_t p = 0; p < program->phase_count; p++) count += (size_t)program->phases[p].step_count;
    return count;
}

bool strata_run(const strata_program *program, int64_t *times) {
    pthread_mutex_lock(&pool.turn);
    int threads = program->parallel ? strata_threads() : 1;
    if (program->parallel && threads != pool.threads) set_workers(threads);
    bool together = program->parallel && pool.worker_count > 0;
    bool ready = grow_scratch(together ? pool.worker_count + 1 : 1, program->scratch_size);
    if (ready && times) memset(times, 0, step_count(program) * sizeof *times);
    if (ready && together) {
        pool.program = program;
        pool.times = times;
        pool.phase = pool.next_phase = 0;
        run_together();
    } else if (ready) {
        run_alone(program, pool.scratch[0].memory, times);
    }
    pthread_mutex_unlock(&pool.turn);
    return ready;
}
