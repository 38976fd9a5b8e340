// Memory, signals and the terminal.
#if defined(__linux__)
#define _GNU_SOURCE  // MADV_HUGEPAGE
#endif
#include "strata_shims.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#endif

static const size_t line = 64, huge_page = (size_t)2 << 20;

static size_t rounded(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

// Whole huge pages at an aligned address: the mapping is made one huge page too long and trimmed.
static void *map_huge_pages(size_t bytes) {
    size_t size = rounded(bytes, huge_page), reserved = size + huge_page;
    char *start = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (start == MAP_FAILED) return NULL;
    char *result = (char *)rounded((size_t)start, huge_page);
    size_t before = (size_t)(result - start), after = reserved - before - size;
    if (before) munmap(start, before);
    if (after) munmap(result + size, after);
#if defined(MADV_HUGEPAGE)
    madvise(result, size, MADV_HUGEPAGE);  // advice: failing costs speed only
#endif
    return result;
}

void *strata_allocate(size_t bytes) {
    if (bytes > SIZE_MAX / 2) return NULL;
    if (bytes >= huge_page) return map_huge_pages(bytes);
    void *result = NULL;
    size_t size = rounded(bytes + !bytes, line);
    if (posix_memalign(&result, line, size)) return NULL;
    return memset(result, 0, size);
}

void strata_deallocate(void *pointer, size_t bytes) {
    if (pointer && bytes >= huge_page)
        munmap(pointer, rounded(bytes, huge_page));
    else
        free(pointer);
}

int64_t strata_resident_bytes(void) {
#if defined(__APPLE__)
    struct mach_task_basic_info info;
    mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
    if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&info, &count) != KERN_SUCCESS) return 0;
    return (int64_t)info.resident_size;
#else
    long long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    int fields = fscanf(file, "%lld %lld", &total, &resident);
    fclose(file);
    return fields == 2 ? resident * sysconf(_SC_PAGESIZE) : 0;
#endif
}

int64_t strata_peak_resident_bytes(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage)) return 0;
#if defined(__APPLE__)
    return usage.ru_maxrss;
#else
    return (int64_t)usage.ru_maxrss * 1024;
#endif
}

static atomic_bool interrupted;

static void interrupt(int signal) {
    (void)signal;
    atomic_store(&interrupted, true);
}

void strata_interrupt_install(void) {
    static const int signals[] = {SIGINT, SIGTERM};
    // RESETHAND: the second signal finds the default action again.
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigemptyset(&action.sa_mask);
    atomic_store(&interrupted, false);
    sigset_t interrupts;
    sigemptyset(&interrupts);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&interrupts, signals[i]);
    }
    // Who started the process may have had the signals blocked, which is inherited.
    pthread_sigmask(SIG_UNBLOCK, &interrupts, NULL);
}

bool strata_interrupted(void) { return atomic_load_explicit(&interrupted, memory_order_relaxed); }

int32_t strata_terminal_columns(int fd) {
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool strata_is_optimized(void) {
#if defined(__OPTIMIZE__)
    return true;
#else
    return false;
#endif
}

void strata_lower_priority(void) {
#ifdef __APPLE__
    pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#else
    setpriority(PRIO_PROCESS, 0, 10);  // on Linux of the calling thread alone
#endif
}
