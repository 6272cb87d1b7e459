/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/sockets/vz-vsock-socket.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h> /* needs sa_family_t */

#define BACKLOG 128
#define CONNECT_LIMIT_MS 10000 /* longer than the kernel's own limit */

static struct sockaddr_vm
make_address (guint32 cid, guint32 port)
{
  return (struct sockaddr_vm){ .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };
}

static int
open_socket (GError **error)
{
  int fd = socket (AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd >= 0)
    return fd;
  if (errno == EAFNOSUPPORT)
    vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
             "this host's kernel has no virtual machine sockets; as root: modprobe vhost_vsock");
  else
    vz_fail_errno (error, "cannot create a socket");
  return -1;
}

int
vz_vsock_socket_listen (guint32 port, GError **error)
{
  struct sockaddr_vm address = make_address (VMADDR_CID_ANY, port);
  int fd VZ_AUTO_CLOSE = open_socket (error);

  if (fd < 0)
    return -1;
  if (bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && listen (fd, BACKLOG) == 0)
    return vz_file_steal_fd (&fd);
  if (errno == EADDRINUSE)
    vz_fail (error, VZ_ERROR_BUSY, "a program on this host is already listening on it");
  else if (errno == EACCES)
    vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "only root may listen on ports below 1024");
  else
    vz_fail_errno (error, "cannot listen");
  return -1;
}

static gboolean
set_blocking (int fd)
{
  int flags = fcntl (fd, F_GETFL);

  return flags >= 0 && fcntl (fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

int
vz_vsock_socket_accept (int listener, guint32 *ret_cid, guint32 *ret_port)
{
  struct sockaddr_vm address = make_address (0, 0);
  socklen_t size = sizeof address;
  int fd = accept4 (listener, (struct sockaddr *) &address, &size, SOCK_CLOEXEC);

  *ret_cid = address.svm_cid;
  *ret_port = address.svm_port;
  return fd;
}

/* In this family, the error when nobody listens is a reset. */
static int
fail_connect (int code, GError **error)
{
  errno = code;
  if (code == ECONNRESET || code == ECONNREFUSED)
    vz_fail (error, VZ_ERROR_NOT_FOUND, "no program in the guest is listening on it");
  else if (code == ETIMEDOUT)
    vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest does not answer");
  else if (code == ENODEV || code == ENETUNREACH || code == EHOSTUNREACH)
    vz_fail (error, VZ_ERROR_NOT_FOUND, "the guest is not using a socket device");
  else
    vz_fail_errno (error, "cannot connect");
  return -1;
}

int
vz_vsock_socket_connect (guint32 cid, guint32 port, guint32 *ret_own_port,
                         GCancellable *cancellable, GError **error)
{
  struct sockaddr_vm address = make_address (cid, port);
  socklen_t size = sizeof address;
  int fd VZ_AUTO_CLOSE = open_socket (error);
  int code = 0;
  socklen_t code_size = sizeof code;

  if (fd < 0)
    return -1;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      if (errno != EINPROGRESS)
        return fail_connect (errno, error);
      if (!vz_stream_wait (fd, POLLOUT, vz_deadline_after (CONNECT_LIMIT_MS), cancellable, error))
        return -1;
      if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &code, &code_size) != 0)
        code = errno;
      if (code != 0)
        return fail_connect (code, error);
    }
  if (!set_blocking (fd) || getsockname (fd, (struct sockaddr *) &address, &size) != 0)
    return fail_connect (errno, error);
  *ret_own_port = address.svm_port;
  return vz_file_steal_fd (&fd);
}
