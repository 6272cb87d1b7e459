/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-port-check.h"

#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/network/vz-published-port.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* How this works
 *
 * QEMU's own message about an unavailable port names neither the reason nor the holder, and comes
 * after everything else has been done. So each port is taken and released before QEMU starts. The
 * kernel lists sockets with their ports and inodes in /proc/net; the process with a descriptor for
 * that inode is the holder, as far as this user can see. */

#define UNPRIVILEGED_START "/proc/sys/net/ipv4/ip_unprivileged_port_start"
#define TCP_LISTEN 0x0a
#define UDP_BOUND 0x07

/* The inode of a socket at @port; 0: none is in @table. */
static gulong
find_inode (const char *table, guint port, guint state)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (table, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint local = 0, is = 0;
      gulong inode = 0;

      if (sscanf (lines[i], " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*u %*u %lu",
                  &local, &is, &inode) == 3 &&
          local == port && is == state && inode != 0)
        return inode;
    }
  return 0;
}

static gboolean
has_socket (const char *pid, const char *wanted)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (g_strcmp0 (target, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
dup_process_of (gulong inode)
{
  g_autofree char *wanted = g_strdup_printf ("socket:[%lu]", inode);
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *pid;

  while (dir != NULL && (pid = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", pid, "comm", NULL);
      g_autofree char *program = NULL;

      if (!g_ascii_isdigit (*pid) || !has_socket (pid, wanted) ||
          !g_file_get_contents (path, &program, NULL, NULL))
        continue;
      g_strchomp (program);
      return g_strdup_printf ("%s (process %s)", program, pid);
    }
  return NULL;
}

char *
vz_port_dup_holder (gboolean is_udp, guint port)
{
  static const char *const tables[2][2] = { { "/proc/net/tcp", "/proc/net/tcp6" },
                                            { "/proc/net/udp", "/proc/net/udp6" } };

  for (gsize i = 0; i < 2; i++)
    {
      gulong inode = find_inode (tables[is_udp][i], port, is_udp ? UDP_BOUND : TCP_LISTEN);
      char *holder = inode != 0 ? dup_process_of (inode) : NULL;

      if (holder != NULL)
        return holder;
    }
  return NULL;
}

static gboolean
fail_taken (const char *text, gboolean is_udp, guint port, GError **error)
{
  g_autofree char *holder = vz_port_dup_holder (is_udp, port);

  vz_fail (error, VZ_ERROR_BUSY,
           "port %u of this host (published as %s) is taken by %s; publish another one, or 0 for "
           "any free one",
           port, text, holder != NULL ? holder : "a program of another user");
  return vz_fail_recode (error, VZ_ERROR_NETWORK_ERROR);
}

static gboolean
fail_forbidden (const char *text, guint port, GError **error)
{
  g_autofree char *start = NULL;
  guint64 first = 0;

  if (g_file_get_contents (UNPRIVILEGED_START, &start, NULL, NULL))
    first = g_ascii_strtoull (start, NULL, 10);
  if (port >= first)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "this user may not use port %u of this host (published as %s)", port, text);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "port %u of this host (published as %s) is for root: users may use ports from "
                  "%" G_GUINT64_FORMAT
                  " on (net.ipv4.ip_unprivileged_port_start); publish one of these, "
                  "or as root: sysctl net.ipv4.ip_unprivileged_port_start=%u",
                  port, text, first, port);
}

static gboolean
check_port (VzPublishedPort *published, GError **error)
{
  gboolean is_udp = vz_published_port_get_protocol (published) == VZ_PUBLISHED_PORT_PROTOCOL_UDP;
  guint port = vz_published_port_get_host_port (published);
  g_autofree char *text = vz_published_port_to_string (published);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) port) };
  int fd VZ_AUTO_CLOSE = -1;
  int yes = 1;

  if (port == 0 ||
      inet_pton (AF_INET, vz_published_port_get_host_address (published), &address.sin_addr) != 1)
    return TRUE;
  fd = socket (AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return vz_fail_errno (error, "cannot create a socket");
  /* As QEMU does: closed connections do not count. */
  if (!is_udp)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) == 0 &&
      (is_udp || listen (fd, 1) == 0))
    return TRUE;
  if (errno == EADDRINUSE)
    return fail_taken (text, is_udp, port, error);
  if (errno == EACCES)
    return fail_forbidden (text, port, error);
  return vz_fail_errno (error, "port %u of this host (published as %s) cannot be used", port, text);
}

gboolean
vz_port_check (VzVirtualMachineConfiguration *configuration, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (devices->pdata[i]);
      GPtrArray *ports = NULL;

      if (attachment != NULL && VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        ports = vz_nat_network_device_attachment_get_published_ports (
          VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment));
      for (guint k = 0; ports != NULL && k < ports->len; k++)
        if (!check_port (ports->pdata[k], error))
          return FALSE;
    }
  return TRUE;
}
