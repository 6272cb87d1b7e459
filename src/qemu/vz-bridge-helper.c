/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-bridge-helper.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_MS 30000 /* for a program on a slow disk, on a loaded host */

static char *
find_helper (GError **error)
{
  static const char *const places[] = { "/usr/lib/qemu/qemu-bridge-helper",
                                        "/usr/libexec/qemu-bridge-helper" };
  const char *named = g_getenv ("VZ_BRIDGE_HELPER");

  if (named != NULL)
    return g_strdup (named);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (access (places[i], X_OK) == 0)
      return g_strdup (places[i]);
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "no qemu-bridge-helper on this host (package qemu-system-common)");
}

/* -1: none was received. */
static int
receive_fd (int socket)
{
  char byte;
  char control[CMSG_SPACE (sizeof (int))];
  struct iovec data = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &data,
    .msg_iovlen = 1,
    .msg_control = control,
    .msg_controllen = sizeof control,
  };
  struct cmsghdr *header;
  int fd = -1;

  if (recvmsg (socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0)
    return -1;
  header = CMSG_FIRSTHDR (&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

int
vz_bridge_helper_open (const char *bridge, GError **error)
{
  g_autofree char *helper = find_helper (error);
  g_autofree char *bridge_option = g_strconcat ("--br=", bridge, NULL);
  g_autofree char *fd_option = NULL;
  g_autofree char *output = NULL;
  int ours VZ_AUTO_CLOSE = -1;
  int theirs VZ_AUTO_CLOSE = -1;
  int pair[2];
  int status;
  int fd;

  if (helper == NULL)
    return -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return vz_fail_errno (error, "cannot create a socket pair") ? 0 : -1;
  ours = pair[0];
  theirs = pair[1];
  fd_option = g_strdup_printf ("--fd=%d", theirs);
  {
    const char *argv[] = { helper, "--use-vnet", bridge_option, fd_option, NULL };
    VzRun run = { .argv = argv,
                  .limit_ms = LIMIT_MS,
                  .wants_output = TRUE,
                  .wants_errors = TRUE,
                  .fds = { theirs } };

    if (!vz_run (&run, &status, &output, NULL, error))
      return -1;
  }
  fd = receive_fd (ours);
  if (fd < 0)
    vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
             "the bridge '%s' cannot be used: %s; /etc/qemu/bridge.conf must have a line 'allow "
             "%s', and the helper must run as root ('chmod u+s %s')",
             bridge, *output != '\0' ? output : "the helper gave no reason", bridge, helper);
  return fd;
}
