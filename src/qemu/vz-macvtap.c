/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-macvtap.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/host/vz-network-interface.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int
vz_macvtap_open (const char *interface, GError **error)
{
  g_autofree char *index = vz_network_interface_dup_attribute (interface, "ifindex");
  g_autofree char *path = g_strconcat ("/dev/tap", index, NULL);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    {
      vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
               "the interface '%s' cannot be used: '%s': %s; root can give it to you: 'chown %s "
               "%s'",
               interface, path, g_strerror (errno), g_get_user_name (), path);
      return -1;
    }
  /* Linux would take a second opener for another queue, and share the frames out among both. */
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      VZ_ERROR_PREFIX ("the interface '%s'", interface);

      vz_file_fail_other_user (path, getpid (), error);
      return -1;
    }
  return vz_file_steal_fd (&fd);
}
