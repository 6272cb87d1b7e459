/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded: a host with as many processors as VZ_TEST_CPUS says. */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
fill (size_t size, cpu_set_t *set)
{
  long count = strtol (getenv ("VZ_TEST_CPUS"), NULL, 10);

  memset (set, 0, size);
  for (long i = 0; i < count; i++)
    CPU_SET_S ((size_t) i, size, set);
  return 0;
}

int
sched_getaffinity (pid_t pid, size_t size, cpu_set_t *set)
{
  (void) pid;
  return fill (size, set);
}

/* GLib asks this way from 2.84 on, at the latest. */
int
pthread_getaffinity_np (pthread_t thread, size_t size, cpu_set_t *set)
{
  (void) thread;
  return fill (size, set);
}

long
sysconf (int name)
{
  static long (*usual) (int);

  if (name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN)
    return strtol (getenv ("VZ_TEST_CPUS"), NULL, 10);
  if (usual == NULL)
    *(void **) &usual = dlsym (RTLD_NEXT, "sysconf");
  return usual (name);
}
