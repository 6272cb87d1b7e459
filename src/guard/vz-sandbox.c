/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vz-filter.h"

/* How this works
 *
 *   vz-sandbox [--read FD]... [--write FD]... [--size BYTES] -- COMMAND [ARGUMENT]...
 *
 * Runs a command that reads untrusted data, so that a bug in it does no harm. The command keeps the
 * named descriptors, which it may also reopen as /proc/self/fd/FD, and can read this system's
 * programs and libraries; no other file, no network, no other process. It can write to what --write
 * names, up to BYTES, and has little memory and one hour of processor time.
 *
 * There are three layers of defence: resource limits; a system call filter, without which nothing
 * is run; and Landlock for files. On a kernel without Landlock the other two remain, and so do vz's
 * own checks of an image's contents before anything else reads it. */

#define EXIT_SANDBOX 125
#define MEMORY (2ULL << 30) /* of address space; a tenth of it is used */
#define PROCESSOR_SECONDS 3600
#define FILES 64
#define MAX_GRANTS 8

typedef struct {
  int fd;
  int writes;
} Grant;

static int
complain (const char *what)
{
  fprintf (stderr, "vz-sandbox: %s: %s\n", what, strerror (errno));
  return EXIT_SANDBOX;
}

/* System calls that none of these programs needs. */
static const int forbidden[] = {
  SYS_socket,
  SYS_connect,
  SYS_bind,
  SYS_listen,
  SYS_accept,
  SYS_accept4,
  SYS_ptrace,
  SYS_process_vm_readv,
  SYS_process_vm_writev,
  SYS_kill,
  SYS_mount,
  SYS_umount2,
  SYS_unshare,
  SYS_setns,
  SYS_chroot,
  SYS_pivot_root,
  SYS_execveat,
  SYS_unlinkat,
  SYS_renameat2,
  SYS_linkat,
  SYS_symlinkat,
  SYS_mkdirat,
  SYS_mknodat,
  SYS_fchmod,
  SYS_fchmodat,
  SYS_fchown,
  SYS_fchownat,
  SYS_setxattr,
  SYS_fsetxattr,
  SYS_truncate,
  SYS_keyctl,
  SYS_add_key,
  SYS_request_key,
  SYS_bpf,
  SYS_perf_event_open,
  SYS_userfaultfd,
  SYS_io_uring_setup,
  SYS_openat2,
  SYS_clone3, /* a filter cannot see its flags; the C library then uses clone */
  SYS_setuid,
  SYS_setgid,
  SYS_setresuid,
  SYS_setresgid,
  SYS_init_module,
  SYS_finit_module,
  SYS_kexec_load,
  SYS_reboot,
  SYS_pidfd_open,
  SYS_pidfd_getfd,
  SYS_shmget,
  SYS_mq_open,
#ifdef __x86_64__
  SYS_fork,
  SYS_vfork,
  SYS_creat,
  SYS_unlink,
  SYS_rename,
  SYS_renameat,
  SYS_link,
  SYS_symlink,
  SYS_mkdir,
  SYS_rmdir,
  SYS_mknod,
  SYS_chmod,
  SYS_chown,
  SYS_lchown,
#endif
};

#define DENY(code) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(member) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, member))
#define LOAD_ARGUMENT(n) \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args) + 8 * (n))
#define MAX_FILTER (3 * N_ELEMENTS (forbidden) + 32)

static size_t
append (struct sock_filter *filter, size_t at, const struct sock_filter *more, size_t n)
{
  memcpy (filter + at, more, n * sizeof *more);
  return at + n;
}

/* Files cannot be created; threads can be started, but not processes. */
static size_t
append_rules (struct sock_filter *filter, size_t at)
{
  const struct sock_filter clone[] = {
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
    LOAD_ARGUMENT (0),
    BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
    DENY (EPERM),
    ALLOW,
  };
  const struct sock_filter openat_flags[] = {
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
    LOAD_ARGUMENT (2),
    BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, O_CREAT, 0, 1),
    DENY (EPERM),
    ALLOW,
  };
#ifdef __x86_64__
  const struct sock_filter open_flags[] = {
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 4),
    LOAD_ARGUMENT (1),
    BPF_JUMP (BPF_JMP | BPF_JSET | BPF_K, O_CREAT, 0, 1),
    DENY (EPERM),
    ALLOW,
  };

  at = append (filter, at, open_flags, N_ELEMENTS (open_flags));
#endif
  at = append (filter, at, clone, N_ELEMENTS (clone));
  return append (filter, at, openat_flags, N_ELEMENTS (openat_flags));
}

static int
filter_calls (void)
{
#ifdef THIS_ARCH
  struct sock_filter filter[MAX_FILTER];
  const struct sock_filter first[] = {
    LOAD (arch),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    LOAD (nr),
#ifdef __x86_64__
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* x32 */
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
#endif
  };
  const struct sock_filter last[] = { ALLOW };
  struct sock_fprog program = { .filter = filter };
  size_t n = append (filter, 0, first, N_ELEMENTS (first));

  for (size_t i = 0; i < N_ELEMENTS (forbidden); i++)
    {
      int code = forbidden[i] == SYS_clone3 || forbidden[i] == SYS_openat2 ||
                     forbidden[i] == SYS_io_uring_setup
                   ? ENOSYS
                   : EPERM;
      const struct sock_filter rule[] = {
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (unsigned) forbidden[i], 0, 1),
        DENY ((unsigned) code),
      };

      n = append (filter, n, rule, N_ELEMENTS (rule));
    }
  n = append_rules (filter, n);
  n = append (filter, n, last, N_ELEMENTS (last));
  program.len = (unsigned short) n;
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}

#define MAY_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL_OF_ABI_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static int
grant_path (int rules, int fd, uint64_t access)
{
  struct landlock_path_beneath_attr attr = { .allowed_access = access, .parent_fd = fd };
  struct stat st;

  if (fstat (fd, &st) == 0 && !S_ISDIR (st.st_mode))
    attr.allowed_access &= ~(uint64_t) LANDLOCK_ACCESS_FS_READ_DIR;
  return (int) syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
}

/* This system's programs and libraries, wherever distributions keep them. */
static void
grant_system (int rules)
{
  static const char *const places[] = { "/usr", "/lib",  "/lib64", "/bin",
                                        "/opt", "/sbin", "/nix",   "/gnu/store" };
  static const char *const files[] = { "/etc/ld.so.cache", "/etc/localtime", "/dev/null",
                                       "/dev/urandom", "/proc/self/status" };

  for (size_t i = 0; i < N_ELEMENTS (places) + N_ELEMENTS (files); i++)
    {
      int is_place = i < N_ELEMENTS (places);
      int fd = open (is_place ? places[i] : files[i - N_ELEMENTS (places)], O_PATH | O_CLOEXEC);

      if (fd < 0)
        continue;
      /* QEMU tests its locks on /dev/null, for which it opens it for writing. */
      grant_path (rules, fd,
                  MAY_READ |
                    (is_place ? LANDLOCK_ACCESS_FS_EXECUTE : LANDLOCK_ACCESS_FS_WRITE_FILE));
      close (fd);
    }
}

/* The program itself may be elsewhere: in a build folder or in one of the user's. */
static void
grant_program (int rules, const char *program)
{
  int fd = strchr (program, '/') != NULL ? open (program, O_PATH | O_CLOEXEC) : -1;

  if (fd < 0)
    return;
  grant_path (rules, fd, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE);
  close (fd);
}

static int
fence_files (const char *program, const Grant *grants, size_t n_grants)
{
  struct landlock_ruleset_attr attr = { .handled_access_fs = ALL_OF_ABI_1 };
  int rules = (int) syscall (SYS_landlock_create_ruleset, &attr, sizeof attr, 0);

  if (rules < 0)
    return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
  grant_system (rules);
  grant_program (rules, program);
  for (size_t i = 0; i < n_grants; i++)
    if (grant_path (rules, grants[i].fd,
                    LANDLOCK_ACCESS_FS_READ_FILE |
                      (grants[i].writes ? LANDLOCK_ACCESS_FS_WRITE_FILE : 0)) != 0 &&
        errno != EBADFD) /* a pipe, which is never reopened */
      return -1;
  if (syscall (SYS_landlock_restrict_self, rules, 0) != 0)
    return -1;
  close (rules);
  return 0;
}

static int
set_limits (unsigned long long size)
{
  const struct {
    int resource;
    rlim_t value;
  } rows[] = {
    { RLIMIT_AS, MEMORY },  { RLIMIT_CPU, PROCESSOR_SECONDS },
    { RLIMIT_FSIZE, size }, { RLIMIT_NOFILE, FILES },
    { RLIMIT_CORE, 0 },
  };

  for (size_t i = 0; i < N_ELEMENTS (rows); i++)
    {
      struct rlimit limit;

      if (getrlimit (rows[i].resource, &limit) != 0)
        return -1;
      if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > rows[i].value)
        limit.rlim_max = rows[i].value;
      limit.rlim_cur = limit.rlim_max;
      if (setrlimit (rows[i].resource, &limit) != 0)
        return -1;
    }
  return 0;
}

/* The name is looked up here, since the new environment is not the caller's. */
static int
run (char **command, const Grant *grants, size_t n_grants, unsigned long long size)
{
  const char *const environment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
    "MTOOLSRC=/dev/null", "MTOOLS_SKIP_CHECK=1", NULL
  };
  int is_missing;

  for (size_t i = 0; i < n_grants; i++)
    if (fcntl (grants[i].fd, F_SETFD, 0) != 0)
      return complain ("descriptor");
  if (chdir ("/") != 0 || set_limits (size) != 0)
    return complain ("limits");
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      fence_files (command[0], grants, n_grants) != 0)
    return complain ("files");
  if (filter_calls () != 0)
    return complain ("system calls");
  execvpe (command[0], command, (char *const *) environment);
  is_missing = errno == ENOENT;
  complain (command[0]);
  /* A sanitizer's leak check, which would run at the end, cannot work in here. */
  _exit (is_missing ? 127 : 126);
}

int
main (int argc, char **argv)
{
  Grant grants[MAX_GRANTS];
  size_t n = 0;
  unsigned long long size = 0;
  int i = 1;

  for (; i + 1 < argc && strcmp (argv[i], "--") != 0; i += 2)
    {
      if (strcmp (argv[i], "--size") == 0)
        size = strtoull (argv[i + 1], NULL, 10);
      else if (n < MAX_GRANTS &&
               (strcmp (argv[i], "--read") == 0 || strcmp (argv[i], "--write") == 0))
        grants[n++] = (Grant){ (int) strtol (argv[i + 1], NULL, 10), argv[i][2] == 'w' };
      else
        break;
    }
  if (i + 1 >= argc || strcmp (argv[i], "--") != 0)
    {
      fputs ("usage: vz-sandbox [--read FD]... [--write FD]... [--size BYTES] -- "
             "COMMAND [ARGUMENT]...\n",
             stderr);
      return EXIT_SANDBOX;
    }
  return run (argv + i + 1, grants, n, size);
}
