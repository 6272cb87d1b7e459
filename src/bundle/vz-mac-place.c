/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-mac-place.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-apple-licence.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * A place is an abstract socket name in the kernel: only one socket at a time can have it,
 * whichever user owns it. A lock file would have to be where every user may write and nothing is
 * cleaned up while a machine runs for weeks; distributions have no such folder in common. */

int
vz_mac_place_take (const char *name, GError **error)
{
  int fd VZ_AUTO_CLOSE = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    {
      vz_fail_errno (error, "cannot create a socket");
      return -1;
    }
  for (int i = 1; i <= VZ_APPLE_MACHINES_MAX; i++)
    {
      struct sockaddr_un address = { .sun_family = AF_UNIX };
      /* After a NUL, which makes the name abstract. */
      int length = g_snprintf (address.sun_path + 1, sizeof address.sun_path - 1, "%s-%d", name, i);

      if (bind (fd, (struct sockaddr *) &address,
                (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + (gsize) length)) == 0)
        return vz_file_steal_fd (&fd);
      if (errno != EADDRINUSE)
        {
          vz_fail_errno (error, "cannot reserve the place of a running Mac");
          return -1;
        }
    }
  vz_fail (error, VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED,
           "the number of virtual machines exceeds the limit: %d Macs are running on this host, as "
           "many as Apple's licence allows",
           VZ_APPLE_MACHINES_MAX);
  return -1;
}
