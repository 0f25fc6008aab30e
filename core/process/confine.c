/* confine.c - what a worker gives up, step by step.
 *
 * The order matters: each step may need what a later one takes away. See docs/decisions/sandbox.md.
 */
#define _GNU_SOURCE
#include "process/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/birth.h"
#include "process/landlock.h"
#include "process/sandbox.h"

enum { FILES_MOST = 16 }; /* that loading may have open beside the plugins' own */

/* A sanitizer maps more than any limit allows, and its reports are wanted wherever they go. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* It ends with its supervisor, and what a terminal sends to both is the supervisor's business. */
static void stay_with(pid_t supervisor)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (supervisor ? getppid() != supervisor : birth_orphaned())
        _exit(EXIT_FAILURE); /* it died before the line above */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a plugin's print that has no room is lost, and no row is */
}

/* ---- descriptors ------------------------------------------------------------------------- */

static bool is_plugin(const plan *plan, int fd)
{
    for (const module *m = plan->modules.first; m; m = m->next)
        if (m->file.fd == fd)
            return true;
    return false;
}

static int highest_plugin(const plan *plan)
{
    int highest = STDERR_FILENO;
    for (const module *m = plan->modules.first; m; m = m->next)
        highest = m->file.fd > highest ? m->file.fd : highest;
    return highest;
}

/* What is said to plugins on purpose goes through shared memory; nothing else comes in, and out
 * only what they print. */
static bool leave_files(const plan *plan)
{
    const int nothing = open("/dev/null", O_RDWR), highest = highest_plugin(plan);

    if (dup2(nothing, STDIN_FILENO) == -1)
        return false;
    for (int fd = STDERR_FILENO + 1; fd < highest; fd++)
        if (!is_plugin(plan, fd))
            close(fd);
    return close_range((unsigned)highest + 1, ~0U, 0) == 0;
}

/* ---- limits ------------------------------------------------------------------------------ */

/* What is limited already stays so. */
static bool limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(what, &now) != 0)
        return false;
    most = now.rlim_max < most ? now.rlim_max : most;
    return setrlimit(what, &(struct rlimit){ most, most }) == 0;
}

#ifdef SANITIZED

static bool limit_room(const plan *plan)
{
    (void)plan;
    return true;
}

#else

/* The addresses that are taken already, among them room for chunks that may never be used. */
static rlim_t addresses_taken(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file && fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static bool limit_room(const plan *plan)
{
    const rlim_t taken = addresses_taken();

    if (plan->isolation >= RAPPORT_ISOLATION_SANDBOX && !limit(RLIMIT_FSIZE, 0))
        return false;
    return taken == 0 || limit(RLIMIT_AS, taken + plan->memory);
}

#endif

/* What a process held when it died holds answers, so there is no core file. */
static bool set_limits(const plan *plan)
{
    const rlim_t files = FILES_MOST + modules_count(&plan->modules);

    if (!limit_room(plan) || !limit(RLIMIT_CORE, 0))
        return false;
    return plan->isolation < RAPPORT_ISOLATION_SANDBOX ||
           (limit(RLIMIT_NOFILE, files) && limit(RLIMIT_MEMLOCK, 0));
}

/* ---- calls and files ---------------------------------------------------------------------- */

rapport_outcome confine_refused(rapport_error *error, const plan *plan, const char *what,
                                const char *code)
{
    if (errno == ENOMEM)
        return fail_memory(error);
    return fail(error, RAPPORT_NO_SANDBOX,
                "%s: this kernel refuses %s: %s; run where it is allowed, or choose --isolation "
                "%s (isolation in [run]) knowingly [sandbox-%s]",
                isolation_word(plan->isolation), what, strerror(errno),
                plan->isolation == RAPPORT_ISOLATION_STRICT ? "sandbox" : "process", code);
}

/* Files that are loaded themselves, as no copy of them can be. */
static bool close_files(const plan *plan)
{
    int *file = calloc(modules_count(&plan->modules) + 1, sizeof *file);
    size_t files = 0;

    for (const module *m = plan->modules.first; file && m; m = m->next)
        if (m->file.fd != -1 && !m->file.sealed)
            file[files++] = m->file.fd;
    bool closed = file && landlock_close(file, files);
    const int reason = errno;
    free(file);
    errno = reason;
    return closed;
}

rapport_outcome confine_for_loading(const plan *plan, int landlock, pid_t supervisor,
                                    rapport_error *error)
{
    stay_with(supervisor);
    if (!leave_files(plan))
        return confine_refused(error, plan, "to close what is open", "files");
    if (!set_limits(plan))
        return confine_refused(error, plan, "limits", "limits");
    if (plan->isolation < RAPPORT_ISOLATION_SANDBOX)
        return RAPPORT_DONE;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return confine_refused(error, plan, "to take rights away", "rights");
    const bool wanted = plan->isolation == RAPPORT_ISOLATION_STRICT || landlock > 0;
    if (wanted && !close_files(plan))
        return confine_refused(error, plan, "Landlock", "landlock");
    return sandbox_for_loading() ? RAPPORT_DONE
                                 : confine_refused(error, plan, "seccomp", "seccomp");
}

rapport_outcome confine_for_rows(const plan *plan, rapport_error *error)
{
    if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
        return confine_refused(error, plan, "to close what is open", "files");
    if (plan->isolation < RAPPORT_ISOLATION_SANDBOX)
        return RAPPORT_DONE;
    return sandbox_close() ? RAPPORT_DONE : confine_refused(error, plan, "seccomp", "seccomp");
}

provenance_engaged confine_engages(const plan *plan, int landlock)
{
    const bool closed = plan->isolation >= RAPPORT_ISOLATION_SANDBOX;
    bool sealed = true;

    for (const module *m = plan->modules.first; m; m = m->next)
        sealed = sealed && m->file.sealed;
    return (provenance_engaged){ .landlock = closed ? (uint32_t)landlock : 0,
                                 .seccomp = closed,
                                 .namespaces = plan->isolation == RAPPORT_ISOLATION_STRICT,
                                 .plugins = sealed ? "memory" : "file" };
}
