/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-vsock.h"

#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>

int
vz_vsock_open_device (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  const char *help = "";

  if (fd >= 0)
    return fd;
  if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
    help = "; to load the kernel's module, as root: modprobe vhost_vsock";
  else if (errno == EACCES || errno == EPERM)
    help = "; members of the group kvm may open it";
  vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "a socket device needs '%s': %s%s", path,
           g_strerror (errno), help);
  return -1;
}

int
vz_vsock_open (GError **error)
{
  return vz_vsock_open_device ("/dev/vhost-vsock", error);
}
