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
    help = "; the kernel's module for it is loaded with 'modprobe vhost_vsock', as root";
  else if (errno == EACCES || errno == EPERM)
    help = "; users of the group kvm may open it";
  vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "a socket device needs '%s': %s%s", path,
           g_strerror (errno), help);
  return -1;
}

int
vz_vsock_open (GError **error)
{
  return vz_vsock_open_device ("/dev/vhost-vsock", error);
}
