#ifndef STRATA_POOL_H
#define STRATA_POOL_H

#include "strata_kernels.h"

// One kernel call on a range of units.
typedef struct {
    strata_kernel kernel;
    const void *args;
} strata_call;

// A step's units are cut into tasks of `task_units`; a task goes through the calls in order for
// each `block_units` of its units (several calls: a chain kept in cache, depth first).
typedef struct {
    const strata_call *calls;
    int32_t call_count;
    int64_t units, task_units, block_units;
} strata_step;

// Steps of a phase are independent and share their tasks' queue; phases run one after another.
typedef struct {
    const strata_step *steps;
    int32_t step_count;
} strata_phase;

typedef struct {
    const strata_phase *phases;
    int32_t phase_count;
    int64_t scratch_size;  // bytes, the largest any kernel asks for
    bool parallel;         // false: too little work to wake anyone
} strata_program;

enum { STRATA_MAX_THREADS = 256 };

// Threads the process may use: STRATA_THREADS, else the smaller of affinity and cgroup quota.
int32_t strata_default_threads(void);
// Threads that strata_run uses, the caller included. Takes effect at the next run. Thread-safe.
void strata_set_threads(int32_t threads);
int32_t strata_threads(void);

// Runs a program to its end. Calls from several threads take turns. `times`, if not NULL, receives
// the nanoseconds spent in each step, summed over threads, in order of phases and steps.
// Returns false if memory for scratch could not be had.
bool strata_run(const strata_program *program, int64_t *times);

#endif
