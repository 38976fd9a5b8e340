// How many threads this process may use.
#if defined(__linux__)
#define _GNU_SOURCE  // sched_getaffinity
#endif
#include "strata_pool.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)
// The processors that the quota in this control group allows, rounded up; INT_MAX if it sets none.
// Version 2 has one file, "quota period"; version 1 has a file for each.
static int group_quota(const char *directory, bool version2) {
    char path[PATH_MAX + 32];
    long long quota = -1, period = -1;
    snprintf(path, sizeof path, "%s/%s", directory, version2 ? "cpu.max" : "cpu.cfs_quota_us");
    FILE *file = fopen(path, "r");
    if (!file) return INT_MAX;
    int fields = fscanf(file, "%lld %lld", &quota, &period);  // "max 100000" gives no field
    fclose(file);
    if (!version2 && fields == 1) {
        snprintf(path, sizeof path, "%s/cpu.cfs_period_us", directory);
        if (!(file = fopen(path, "r"))) return INT_MAX;
        fields += fscanf(file, "%lld", &period) == 1;
        fclose(file);
    }
    if (fields != 2 || quota <= 0 || period <= 0) return INT_MAX;
    long long processors = (quota - 1) / period + 1;
    return processors < INT_MAX ? (int)processors : INT_MAX;
}

// The smallest quota of a group and all those around it.
static int nested_quota(const char *mount, const char *group, bool version2) {
    char directory[PATH_MAX];
    int smallest = INT_MAX;
    int length = snprintf(directory, sizeof directory, "%s%s", mount, group);
    if (length < 0 || length >= (int)sizeof directory) return smallest;
    while (strlen(directory) >= strlen(mount)) {
        int quota = group_quota(directory, version2);
        if (quota < smallest) smallest = quota;
        *strrchr(directory, '/') = 0;
    }
    return smallest;
}

static int control_group_quota(void) {
    char line[PATH_MAX];
    int smallest = INT_MAX;
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (!file) return smallest;
    while (fgets(line, sizeof line, file)) {  // "hierarchy:controllers:/group"
        line[strcspn(line, "\n")] = 0;
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group) continue;
        *controllers++ = 0;
        *group++ = 0;
        bool version2 = *controllers == 0;
        if (!version2 && strcmp(controllers, "cpu") && !strstr(controllers, "cpu,") && !strstr(controllers, ",cpu"))
            continue;
        int quota = nested_quota(version2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu", group, version2);
        if (quota < smallest) smallest = quota;
    }
    fclose(file);
    return smallest;
}
#endif

static int processors(void) {
#if defined(__linux__)
    int count = 0;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
    if (count < 1) count = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int quota = control_group_quota();
    return quota < count ? quota : count;
#else
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
#endif
}

int32_t strata_default_threads(void) {
    const char *wanted = getenv("STRATA_THREADS");
    if (wanted) {
        char *end;
        long count = strtol(wanted, &end, 10);
        if (end != wanted && *end == 0 && count >= 1 && count <= STRATA_MAX_THREADS) return (int32_t)count;
    }
    int count = processors();
    return count < 1 ? 1 : count > STRATA_MAX_THREADS ? STRATA_MAX_THREADS : count;
}
